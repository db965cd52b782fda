/**
 * The services of CSI over gRPC: each method looks at what it is given, calls the domain, and says
 * what came of it. Nothing else is decided here.
 */
@NullMarked
package storage.dispersive.csi.rpc;

import org.jspecify.annotations.NullMarked;
