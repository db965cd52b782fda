/**
 * The sidecar: the one process of a host that may make network interfaces. It spawns virtual
 * network machines for the main processes beside it, and agrees on them with the sidecars of other
 * hosts. It sees no portion and holds no key of a volume or pod.
 */
@NullMarked
package storage.dispersive.vnet.sidecar;

import org.jspecify.annotations.NullMarked;
