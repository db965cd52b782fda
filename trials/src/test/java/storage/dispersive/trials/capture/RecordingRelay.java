package storage.dispersive.trials.capture;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Somebody on the way to a port of the loopback address: passes connections on, and keeps every
 * byte; what is kept is what was passed on.
 */
final class RecordingRelay implements AutoCloseable {

    private final ServerSocket listening;
    private final int target;
    private final Optional<Meddler> meddler;
    private final Thread accepting;
    private final List<RelayedConnection> connections = new CopyOnWriteArrayList<>();

    RecordingRelay(int target, Optional<Meddler> meddler) throws IOException {
        this.listening = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
        this.target = target;
        this.meddler = meddler;
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

    /** How many have called. */
    int calls() {
        return connections.size();
    }

    /** How many connections go on in which something was altered. */
    long alteredAndOpen() {
        return connections.stream().filter(RelayedConnection::isAlteredAndOpen).count();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listening.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                connections.add(new RelayedConnection(client, server, meddler));
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
