package storage.dispersive.vnet.sidecar;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;
import storage.dispersive.linux.NetworkNamespace;
import storage.dispersive.vnet.netlink.CabledHosts;
import storage.dispersive.vnet.netlink.FilteredPeers;

/**
 * What machines have of a host while they live, and must not have after their end.
 *
 * @param addresses proc(5), net/fib_trie and net/if_inet6: lines, without what they count
 * @param ports of machines, those that are taken
 * @param peers in the packet filter
 */
record HostFootprint(List<String> links, List<String> addresses, BitSet ports, int peers) {

    /** The kernel gives a link such an address by itself, some time after it is up. */
    private static final String LINK_LOCAL = "fe80";

    static HostFootprint of(NetworkNamespace host) throws IOException {
        return new HostFootprint(
                CabledHosts.linksOf(host),
                host.call(HostFootprint::addressesHere),
                machinePorts(host),
                FilteredPeers.count(host));
    }

    private static List<String> addressesHere() throws IOException {
        Path directory = Path.of("/proc/thread-self/net");
        return Stream.concat(
                        lines(directory.resolve("fib_trie")).filter(line -> line.contains("|--")),
                        lines(directory.resolve("if_inet6"))
                                .filter(line -> !line.startsWith(LINK_LOCAL))
                                .map(HostFootprint::addressAndLink))
                .map(String::strip)
                .sorted()
                .toList();
    }

    /**
     * Not the flags between these: the kernel looks for a while whether others have the address.
     */
    private static String addressAndLink(String line) {
        String[] columns = line.strip().split("\\s+", -1);
        return columns[0] + " " + columns[columns.length - 1];
    }

    private static Stream<String> lines(Path file) throws IOException {
        return Files.readAllLines(file, StandardCharsets.US_ASCII).stream();
    }

    /** A machine's link has a UDP port of its host, wherever the link is, until it is gone. */
    private static BitSet machinePorts(NetworkNamespace host) throws IOException {
        BitSet ports = host.call(UdpPorts::taken);
        ports.clear(0, TwoSidecars.FIRST_PORT);
        ports.clear(TwoSidecars.LAST_PORT + 1, ports.size());
        return ports;
    }
}
