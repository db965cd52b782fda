package storage.dispersive.cli.rehearsal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import storage.dispersive.linux.PacketMessage;
import storage.dispersive.linux.PacketSocket;
import storage.dispersive.linux.WakeEvent;
import storage.dispersive.vnet.protocol.LocalMessage;

/**
 * Stands in for a sidecar where no machine can be made: welcomes one process after the other, and
 * refuses each connection that it asks for, which has made an identity for it by then. Thread
 * contract: one thread serves; the rest is for whoever started it.
 */
final class RefusingSidecar implements AutoCloseable {

    private final PacketSocket listener;
    private final WakeEvent wake = new WakeEvent();
    private final CountDownLatch asked;
    private final Thread thread;

    private RefusingSidecar(PacketSocket listener, int enough) throws IOException {
        this.listener = listener;
        asked = new CountDownLatch(enough);
        thread = Thread.ofPlatform().name("sidecar").daemon().start(this::serve);
    }

    /**
     * Listens at the path.
     *
     * @param enough so many connections are to be asked for
     */
    static RefusingSidecar listen(Path path, int enough) throws IOException {
        return new RefusingSidecar(PacketSocket.listen(path), enough);
    }

    /** Whether enough connections were asked for in that time. */
    boolean awaitAsked(long seconds) throws InterruptedException {
        return asked.await(seconds, TimeUnit.SECONDS);
    }

    private void serve() {
        try {
            while (true) {
                Optional<PacketSocket> accepted = listener.accept(wake);
                if (accepted.isEmpty()) {
                    return;
                }
                try (PacketSocket peer = accepted.get()) {
                    converse(peer);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("nobody plays the sidecar any more", e);
        }
    }

    private void converse(PacketSocket peer) throws IOException {
        say(peer, new LocalMessage.Welcome(0, "rehearsal", List.of("lan")));
        while (true) {
            Optional<PacketMessage> packet = peer.receive(LocalMessage.MAX_BYTES);
            if (packet.isEmpty()) {
                return;
            }
            if (LocalMessage.decode(packet.get().bytes()) instanceof LocalMessage.Open open) {
                say(
                        peer,
                        new LocalMessage.Failed(
                                open.number(), LocalMessage.Cause.REFUSED, "a rehearsal"));
                asked.countDown();
            }
        }
    }

    private static void say(PacketSocket peer, LocalMessage message) throws IOException {
        peer.send(message.encode(), Optional.empty());
    }

    /** Whoever converses has ended. */
    @Override
    public void close() {
        wake.raise();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        listener.close();
        wake.close();
    }
}
