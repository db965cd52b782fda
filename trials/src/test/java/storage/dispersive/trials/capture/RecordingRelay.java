package storage.dispersive.trials.capture;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Somebody on the way to a port of the loopback address: passes connections on, and keeps every
 * byte.
 */
final class RecordingRelay implements AutoCloseable {

    private final ServerSocket listening;
    private final int target;
    private final Thread accepting;
    private final List<RelayedConnection> connections = new CopyOnWriteArrayList<>();

    RecordingRelay(int target) throws IOException {
        this.listening = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
        this.target = target;
        this.accepting = Thread.ofVirtual().start(this::accept);
    }

    /** Where it listens. */
    int port() {
        return listening.getLocalPort();
    }

    /** All that was said. Accepts nobody from now on, and waits until everybody has ended. */
    List<Conversation> conversations() throws IOException, InterruptedException {
        listening.close();
        accepting.join();
        List<Conversation> all = new ArrayList<>();
        for (RelayedConnection connection : connections) {
            all.add(connection.whole());
        }
        return List.copyOf(all);
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listening.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                connections.add(new RelayedConnection(client, server));
            }
        } catch (IOException e) {
            // It was closed, or the pod is gone, and whoever comes next finds nobody here either.
            close();
        }
    }

    /** Cuts whatever still goes on. */
    @Override
    public void close() {
        RelayedConnection.closeQuietly(listening);
        connections.forEach(RelayedConnection::close);
    }
}
