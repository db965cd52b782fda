/** gRPC over sockets in the file system: servers, and what they write down of calls. */
@NullMarked
package storage.dispersive.csi.socket;

import org.jspecify.annotations.NullMarked;
