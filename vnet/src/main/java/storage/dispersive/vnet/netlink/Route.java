package storage.dispersive.vnet.netlink;

import java.net.InetAddress;
import java.util.Optional;

/**
 * Which way packets to an address go.
 *
 * @param linkIndex the link that they leave by
 * @param source the address that they leave from
 * @param mtuBytes of the route where it has one of its own; else that of its link counts
 */
public record Route(int linkIndex, Optional<InetAddress> source, Optional<Integer> mtuBytes) {}
