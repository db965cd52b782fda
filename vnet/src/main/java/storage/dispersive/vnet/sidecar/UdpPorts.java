package storage.dispersive.vnet.sidecar;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;

/**
 * UDP ports of this host that somebody has, the kernel's VXLAN devices included: {@code
 * /proc/net/udp} and {@code udp6}, proc(5). The kernel lets two VXLAN devices share a port, so it
 * does not refuse one that is taken.
 */
final class UdpPorts {

    private static final List<Path> TABLES =
            List.of(Path.of("/proc/thread-self/net/udp"), Path.of("/proc/thread-self/net/udp6"));

    private static final int LOCAL_ADDRESS = 1;
    private static final int HEX = 16;

    private UdpPorts() {}

    static BitSet taken() throws IOException {
        BitSet ports = new BitSet(1 << Character.SIZE);
        for (Path table : TABLES) {
            if (Files.exists(table)) {
                read(Files.readAllLines(table, StandardCharsets.US_ASCII), ports);
            }
        }
        return ports;
    }

    /** The first line names the columns. */
    static void read(List<String> lines, BitSet ports) {
        for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
            String[] columns = line.strip().split("\\s+", -1);
            if (columns.length > LOCAL_ADDRESS) {
                String address = columns[LOCAL_ADDRESS];
                String port = address.substring(address.lastIndexOf(':') + 1);
                ports.set(Integer.parseInt(port, HEX));
            }
        }
    }
}
