package storage.dispersive.engine.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.linux.PacketSocket;
import storage.dispersive.linux.WakeEvent;
import storage.dispersive.linux.keeper.DescriptorName;

/**
 * Waits for the process of a newer pod, hands the volumes over to it, and has this process go on if
 * that one does not come to serve them. Hears its own user and root, one after the other.
 *
 * <p>Thread contract: one thread, which calls the process; it ends when that has been replaced or
 * goes on (with another listener).
 */
final class SuccessorListener implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SuccessorListener.class);
    private static final int ASK_MILLIS = 2_000;

    private final PacketSocket listener;
    private final WakeEvent wake;
    private final Old old;
    private final Thread thread;

    /** The process that has the volumes. */
    interface Old {

        boolean mayGoTo(String pod) throws IOException;

        /** Serves no more and gives up the lock; what it returns is the caller's to give back. */
        Map<DescriptorName, Descriptor> letGo() throws IOException;

        void isReplaced();

        /** Waits until the successor has the lock no more, and serves again. */
        void resume(Map<DescriptorName, Descriptor> held) throws IOException;
    }

    private SuccessorListener(PacketSocket listener, WakeEvent wake, Old old) {
        this.listener = listener;
        this.wake = wake;
        this.old = old;
        this.thread = Thread.ofPlatform().daemon().name("successor").unstarted(this::serve);
    }

    /** To be called by who has the lock: it replaces whatever listened before. */
    static SuccessorListener start(Path state, Old old) throws IOException {
        Path path = HandOver.socketIn(state);
        Files.deleteIfExists(path);
        PacketSocket listener = PacketSocket.listen(path);
        try {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
            SuccessorListener started = new SuccessorListener(listener, new WakeEvent(), old);
            started.thread.start();
            return started;
        } catch (IOException | RuntimeException e) {
            listener.close();
            throw e;
        }
    }

    private void serve() {
        try {
            boolean done = false;
            while (!done) {
                Optional<PacketSocket> accepted = listener.accept(wake);
                if (accepted.isEmpty()) {
                    break;
                }
                try (HandOver call = new HandOver(accepted.get())) {
                    done = hear(accepted.get(), call);
                }
            }
        } catch (IOException | RuntimeException e) {
            // The lock may be gone: only a process that is started anew knows what to do.
            log.error("the volumes cannot be handed over", e);
            Runtime.getRuntime().halt(EngineHostMain.EXIT_FAILED);
        } finally {
            listener.close();
            wake.close();
        }
    }

    /** Whether the volumes went, and with them this listener's duty. */
    private boolean hear(PacketSocket socket, HandOver call) throws IOException {
        try {
            if (!socket.peer().isSameUserOrRoot()) {
                log.warn("{} may not ask for the volumes", socket.peer().user());
                return false;
            }
            socket.limitWaiting(ASK_MILLIS);
            String pod = call.asked();
            if (!old.mayGoTo(pod)) {
                call.refuse("pod " + pod + " is not newer than the one that serves");
                return false;
            }
            log.info("hands the volumes over to pod {}", pod);
        } catch (IOException e) {
            log.warn("a successor was not understood: {}", e.getMessage());
            return false;
        }
        Map<DescriptorName, Descriptor> held = old.letGo();
        boolean served = giveTo(call, held) && call.awaitReady();
        if (served) {
            old.isReplaced();
            held.values().forEach(Descriptor::close);
        } else {
            old.resume(held);
        }
        return true;
    }

    private static boolean giveTo(HandOver call, Map<DescriptorName, Descriptor> held) {
        try {
            call.give(held);
            return true;
        } catch (IOException e) {
            log.warn("the successor went away: {}", e.getMessage());
            return false;
        }
    }

    @Override
    public void close() {
        if (thread.isAlive()) {
            wake.raise();
        }
    }
}
