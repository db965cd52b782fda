package storage.dispersive.apiserver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A way to a server that can be cut: its connections end, and new ones end at once, until it is
 * mended. For any thread.
 */
public final class Line implements AutoCloseable {

    private final InetSocketAddress server;
    private final ServerSocket entrance;
    private final Set<Socket> ends = ConcurrentHashMap.newKeySet();
    private final ExecutorService carriers = Executors.newVirtualThreadPerTaskExecutor();
    private volatile boolean isCut;

    private Line(InetSocketAddress server, ServerSocket entrance) {
        this.server = server;
        this.entrance = entrance;
    }

    static Line to(InetSocketAddress server) {
        try {
            Line line = new Line(server, new ServerSocket(0, 0, InetAddress.getLoopbackAddress()));
            line.carriers.execute(line::accept);
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of loopback. */
    int port() {
        return entrance.getLocalPort();
    }

    private void accept() {
        while (!entrance.isClosed()) {
            try {
                Socket caller = entrance.accept();
                carriers.execute(() -> connect(caller));
            } catch (IOException e) {
                // It is closed.
            }
        }
    }

    private void connect(Socket caller) {
        Socket called = new Socket();
        ends.add(caller);
        ends.add(called);
        try (caller;
                called) {
            if (!isCut) {
                called.connect(server);
                carriers.execute(() -> carry(called, caller));
                carry(caller, called);
            }
        } catch (IOException e) {
            // As if the network had ended it.
        } finally {
            ends.remove(caller);
            ends.remove(called);
        }
    }

    /** Until either end is closed; then both are. */
    private void carry(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // The other direction has ended, or somebody cut it.
        }
    }

    public void cut() {
        isCut = true;
        for (Socket end : ends) {
            try {
                end.close();
            } catch (IOException e) {
                // It has ended.
            }
        }
    }

    public void mend() {
        isCut = false;
    }

    @Override
    public void close() {
        cut();
        try {
            entrance.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        carriers.shutdownNow();
    }
}
