/**
 * What virtual network machines ask of the kernel's netlink: links, addresses, neighbours, queueing
 * disciplines and packet filters. Messages are those of rtnetlink(7) and linux/netfilter; every
 * request is acknowledged, and a refusal carries the kernel's own sentence.
 */
@NullMarked
package storage.dispersive.vnet.netlink;

import org.jspecify.annotations.NullMarked;
