/** What can be seen of a local SAN at one moment, as a table and as JSON. */
@NullMarked
package storage.dispersive.cli.status;

import org.jspecify.annotations.NullMarked;
