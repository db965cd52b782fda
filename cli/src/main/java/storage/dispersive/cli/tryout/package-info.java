/** Uses a volume for a while as its description says, and tells how that went. */
@NullMarked
package storage.dispersive.cli.tryout;

import org.jspecify.annotations.NullMarked;
