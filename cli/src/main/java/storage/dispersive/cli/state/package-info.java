/**
 * What a local SAN writes down: its directory, and the records in it that stand in for what
 * Kubernetes keeps elsewhere.
 */
@NullMarked
package storage.dispersive.cli.state;

import org.jspecify.annotations.NullMarked;
