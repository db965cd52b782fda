package storage.dispersive.cli.san;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import storage.dispersive.cli.state.SanException;

/**
 * Picks ports for pods. They are below those that Linux gives to outgoing connections (32768 and
 * up), so that a pod which is down for a while finds its port free again.
 */
final class FreePorts {

    private static final int FIRST = 20_000;
    private static final int PAST_LAST = 32_000;
    private static final int TRIES_PER_PORT = 100;

    private final RandomGenerator random;

    FreePorts(RandomGenerator random) {
        this.random = random;
    }

    /** Different ports of the loopback address on which nobody listens now. */
    List<Integer> pick(int count) {
        List<Integer> ports = new ArrayList<>();
        for (int tries = 0; ports.size() < count; tries++) {
            if (tries == count * TRIES_PER_PORT) {
                throw SanException.failed(
                        "no free ports from " + FIRST + " to " + PAST_LAST,
                        "end what listens there ('ss -ltn' shows it)");
            }
            int port = random.nextInt(FIRST, PAST_LAST);
            if (!ports.contains(port) && isFree(port)) {
                ports.add(port);
            }
        }
        return List.copyOf(ports);
    }

    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
