/** What somebody between the hosts of an isolated SAN may do to their packets. */
@NullMarked
package storage.dispersive.trials.underlay;

import org.jspecify.annotations.NullMarked;
