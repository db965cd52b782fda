/**
 * Virtual network machines: network namespaces with one end of a VXLAN link of their own in them
 * and nothing else. Two of them, one at each end, carry one connection.
 */
@NullMarked
package storage.dispersive.vnet.machine;

import org.jspecify.annotations.NullMarked;
