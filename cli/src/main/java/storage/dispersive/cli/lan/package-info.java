/**
 * The hosts of an isolated local SAN: network namespaces of their own that are joined by bridges,
 * as machines are by a LAN. Nothing of it is to be seen in the machine's own network.
 */
@NullMarked
package storage.dispersive.cli.lan;

import org.jspecify.annotations.NullMarked;
