package storage.dispersive.mounter.wire;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.linux.LinuxException;
import storage.dispersive.linux.PacketSocket;
import storage.dispersive.linux.PeerCredentials;
import storage.dispersive.linux.UserId;
import storage.dispersive.linux.WakeEvent;
import storage.dispersive.mounter.BlockDisk;
import storage.dispersive.mounter.Content;
import storage.dispersive.mounter.DiskClosing;
import storage.dispersive.mounter.DiskOpening;
import storage.dispersive.mounter.FormatOutcome;
import storage.dispersive.mounter.GrowOutcome;
import storage.dispersive.mounter.MountOutcome;
import storage.dispersive.mounter.Mounter;
import storage.dispersive.mounter.MounterException;
import storage.dispersive.mounter.MounterException.Reason;
import storage.dispersive.mounter.PublishOutcome;
import storage.dispersive.mounter.Survey;
import storage.dispersive.mounter.UnmountOutcome;
import storage.dispersive.mounter.VolumeStats;

/**
 * Serves a mounter at a Unix socket. The kernel says who connects (SO_PEERCRED): only root, this
 * process's user and those that it was told of are heard. At most {@value #MAX_PEERS} at once, each
 * with a thread, since an operation may wait for a disk; a peer that says nothing for {@value
 * #SILENCE_MILLIS} ms is dropped.
 *
 * <p>Thread contract: {@link #close} from any thread; operations that go on are not waited for.
 */
public final class MounterServer implements AutoCloseable {

    static final int MAX_PEERS = 64;
    static final int SILENCE_MILLIS = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(MounterServer.class);

    private final Path path;
    private final Set<UserId> users;
    private final Mounter mounter;
    private final PacketSocket listener;
    private final WakeEvent wake;
    private final Thread thread;
    private final Semaphore seats = new Semaphore(MAX_PEERS);

    private MounterServer(
            Path path, Set<UserId> users, Mounter mounter, PacketSocket listener, WakeEvent wake) {
        this.path = path;
        this.users = Set.copyOf(users);
        this.mounter = mounter;
        this.listener = listener;
        this.wake = wake;
        this.thread = Thread.ofPlatform().name("mounter-server").daemon().unstarted(this::serve);
    }

    /**
     * Listens at the path; a socket that a dead mounter left there is replaced. The caller gives
     * other users the right to the socket's file, whose mode lets its group in.
     *
     * @param users who may ask, besides root and this process's own
     * @throws LinuxException EADDRINUSE if a mounter lives there, or the path is another file
     */
    public static MounterServer start(Path path, Set<UserId> users, Mounter mounter)
            throws IOException {
        WakeEvent wake = new WakeEvent();
        PacketSocket listener;
        try {
            listener = PacketSocket.listenAgain(path);
        } catch (IOException e) {
            wake.close();
            throw e;
        }
        String mode = users.isEmpty() ? "rw-------" : "rw-rw----";
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
        MounterServer server = new MounterServer(path, users, mounter, listener, wake);
        server.thread.start();
        return server;
    }

    private void serve() {
        try {
            while (true) {
                Optional<PacketSocket> accepted = listener.accept(wake);
                if (accepted.isEmpty()) {
                    return;
                }
                greet(new Conversation(accepted.get()), accepted.get().peer());
            }
        } catch (LinuxException e) {
            LOG.error("nobody is heard any more", e);
        }
    }

    private void greet(Conversation conversation, PeerCredentials peer) {
        if (!peer.isSameUserOrRoot() && !users.contains(peer.user())) {
            LOG.warn("a process of {} is not heard", peer.user());
            conversation.close();
        } else if (!seats.tryAcquire()) {
            LOG.warn("{} operations go on, one more is refused", MAX_PEERS);
            conversation.close();
        } else {
            Thread.ofPlatform().name("mounter").daemon().start(() -> talk(conversation));
        }
    }

    private void talk(Conversation conversation) {
        try (conversation) {
            conversation.limitWaiting(SILENCE_MILLIS);
            Optional<byte[]> request = conversation.receive(Message.MAX_REQUEST_BYTES);
            while (request.isPresent()) {
                conversation.send(answer(request.get()).encode());
                request = conversation.receive(Message.MAX_REQUEST_BYTES);
            }
        } catch (IOException e) {
            LOG.debug("a peer was dropped: {}", e.getMessage());
        } finally {
            seats.release();
        }
    }

    private Message answer(byte[] request) {
        try {
            Message message = Message.decode(request);
            if (!message.verb().equals(Message.CALL)) {
                return failed(Reason.REFUSED, "a request that is no call");
            }
            return answer(message.value(Call.class));
        } catch (MounterException e) {
            return failed(e.reason(), String.valueOf(e.getMessage()));
        } catch (ProtocolException e) {
            return failed(Reason.REFUSED, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("an operation broke", e);
            return failed(Reason.FAILED, "the mounter has a fault: " + e);
        }
    }

    private static Message failed(Reason reason, String why) {
        return Message.of(Message.FAILED, Message.Failure.class, new Message.Failure(reason, why));
    }

    private static <T> Message done(Class<T> type, T outcome) {
        return Message.of(Message.DONE, type, outcome);
    }

    private Message answer(Call call) throws MounterException {
        return switch (call) {
            case Call.OpenDisk it -> done(DiskOpening.class, mounter.openDisk(it.volume()));
            case Call.AttachLoop it -> done(BlockDisk.class, mounter.attachLoop(it.volume()));
            case Call.RefreshSize it -> done(BlockDisk.class, mounter.refreshSize(it.volume()));
            case Call.CloseDisk it -> done(DiskClosing.class, mounter.closeDisk(it.volume()));
            case Call.AbandonDisk it -> done(DiskClosing.class, mounter.abandonDisk(it.volume()));
            case Call.Look it -> done(Content.class, mounter.look(it.volume()));
            case Call.Format it -> done(FormatOutcome.class, mounter.format(it.request()));
            case Call.MountFileSystem it ->
                    done(MountOutcome.class, mounter.mountFileSystem(it.request()));
            case Call.Publish it -> done(PublishOutcome.class, mounter.publish(it.request()));
            case Call.Unpublish it -> done(UnmountOutcome.class, mounter.unpublish(it.target()));
            case Call.Unstage it -> done(UnmountOutcome.class, mounter.unstage(it.staging()));
            case Call.Grow it -> done(GrowOutcome.class, mounter.grow(it.volume()));
            case Call.Stats it -> done(VolumeStats.class, mounter.stats(it.path()));
            case Call.TakeSurvey _ -> done(Survey.class, mounter.survey());
        };
    }

    /** Ends serving and removes the socket. */
    @Override
    public void close() throws IOException {
        wake.raise();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the server ended", e);
        }
        listener.close();
        wake.close();
        Files.deleteIfExists(path);
    }
}
