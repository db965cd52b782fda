package storage.dispersive.vnet.sidecar;

import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.linux.Errno;
import storage.dispersive.linux.LinuxException;
import storage.dispersive.linux.PacketMessage;
import storage.dispersive.linux.PacketSocket;
import storage.dispersive.vnet.protocol.LocalMessage;
import storage.dispersive.vnet.protocol.Machine;
import storage.dispersive.vnet.protocol.ProtocolException;

/**
 * One main process beside the sidecar. Its machines end when it does.
 *
 * <p>Thread contract: {@link #run} is its own thread, and starts another one that speaks; the rest
 * is for any thread, and never waits for the process.
 */
final class LocalPeer implements Tenant.Owner {

    /** What one process may have asked that is not dealt with; it waits then. */
    static final int MAX_UNDER_WAY = 128;

    /** A process that does not read for so long is dropped. */
    private static final int PATIENCE_MILLIS = 2_000;

    /** What one process may leave unread: what a survey of so many machines says. */
    private static final int MAX_UNREAD = 8_192;

    private final PacketSocket socket;
    private final String who;
    private final Ears ears;
    private final Consumer<String> complaints;
    private final Semaphore room = new Semaphore(MAX_UNDER_WAY);
    private final BlockingQueue<Words> unread = new ArrayBlockingQueue<>(MAX_UNREAD);
    private boolean open = true;
    private volatile boolean dropped;

    private record Words(LocalMessage message, Optional<Descriptor> passed)
            implements AutoCloseable {
        @Override
        public void close() {
            passed.ifPresent(Descriptor::close);
        }
    }

    /** What hears of a process. Called on the peer's own thread. */
    interface Ears {
        /** Takes over the descriptor, and runs {@code done} when the message is dealt with. */
        void heard(
                LocalPeer peer, LocalMessage message, Optional<Descriptor> passed, Runnable done);

        /** The process has ended, or has been dropped. Called once, and last. */
        void left(LocalPeer peer);
    }

    /**
     * A process that nobody listens to yet.
     *
     * @param complaints hears on any thread why the process is dropped
     */
    LocalPeer(PacketSocket socket, String who, Ears ears, Consumer<String> complaints) {
        this.socket = socket;
        this.who = who;
        this.ears = ears;
        this.complaints = complaints;
    }

    /** Listens to the process until it ends. */
    void run() {
        Thread voice = Thread.ofPlatform().name("local-voice").daemon().unstarted(this::speak);
        try {
            socket.limitWaiting(PATIENCE_MILLIS);
            voice.start();
            boolean goesOn = true;
            while (goesOn) {
                goesOn = hear() && awaitRoom();
            }
        } catch (LinuxException | ProtocolException e) {
            complaints.accept("was dropped: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            fallSilent(voice);
            ears.left(this);
        }
    }

    /** Waits until not too much is under way; false if the process is dropped before that. */
    private boolean awaitRoom() throws InterruptedException {
        while (!room.tryAcquire(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
            if (dropped) {
                return false;
            }
        }
        return true;
    }

    /** Says what there is to say, until it is interrupted or the process does not read. */
    private void speak() {
        try {
            while (true) {
                try (Words words = unread.take()) {
                    socket.send(words.message().encode(), words.passed());
                }
            }
        } catch (LinuxException e) {
            drop("does not listen and is dropped: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void fallSilent(Thread voice) {
        synchronized (this) {
            open = false;
            socket.shutDown();
        }
        voice.interrupt();
        try {
            voice.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        unread.forEach(Words::close);
        socket.close();
    }

    /** The next message; false at the end. */
    private boolean hear() throws LinuxException, ProtocolException {
        Optional<PacketMessage> packet;
        try {
            packet = socket.receive(LocalMessage.MAX_BYTES);
        } catch (LinuxException e) {
            if (e.errno() == Errno.EAGAIN) {
                room.release();
                return true;
            }
            if (e.errno() == Errno.ECONNRESET) {
                return false;
            }
            throw e;
        }
        if (packet.isEmpty()) {
            return false;
        }
        Optional<Descriptor> passed = packet.get().descriptor();
        LocalMessage message;
        try {
            message = LocalMessage.decode(packet.get().bytes());
        } catch (ProtocolException e) {
            passed.ifPresent(Descriptor::close);
            throw e;
        }
        ears.heard(this, message, passed, room::release);
        return true;
    }

    /** Whether it is still there. */
    synchronized boolean isOpen() {
        return open;
    }

    /** Answers a request with no. */
    void refuse(long number, String why) {
        send(new LocalMessage.Failed(number, LocalMessage.Cause.REFUSED, why));
    }

    void send(LocalMessage message) {
        send(message, Optional.empty());
    }

    /** Sends a message, with a descriptor perhaps, which stays the caller's. */
    synchronized void send(LocalMessage message, Optional<Descriptor> passed) {
        if (!open) {
            return;
        }
        Words words;
        try {
            words = new Words(message, duplicate(passed));
        } catch (LinuxException e) {
            drop("cannot be given a socket and is dropped: " + e.getMessage());
            return;
        }
        if (!unread.offer(words)) {
            words.close();
            drop("has " + MAX_UNREAD + " messages to read and is dropped");
        }
    }

    private static Optional<Descriptor> duplicate(Optional<Descriptor> passed)
            throws LinuxException {
        return passed.isPresent() ? Optional.of(passed.get().duplicate()) : Optional.empty();
    }

    /** Ends the conversation, and says why. */
    void drop(String why) {
        complaints.accept(why);
        drop();
    }

    /** Ends the conversation; {@link #run} ends then. */
    synchronized void drop() {
        dropped = true;
        if (open) {
            socket.shutDown();
        }
    }

    @Override
    public void ended(Machine machine, String why) {
        send(new LocalMessage.Ended(0, machine.lease().id(), why));
    }

    @Override
    public String toString() {
        return who;
    }
}
