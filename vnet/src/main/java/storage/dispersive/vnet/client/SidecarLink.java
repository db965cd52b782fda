package storage.dispersive.vnet.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.linux.LinuxException;
import storage.dispersive.linux.PacketMessage;
import storage.dispersive.linux.PacketSocket;
import storage.dispersive.vnet.protocol.LocalMessage;
import storage.dispersive.vnet.protocol.LocalMessage.Cause;
import storage.dispersive.vnet.protocol.ProtocolException;
import storage.dispersive.wire.Lease;
import storage.dispersive.wire.LeaseId;
import storage.dispersive.wire.PodName;

/**
 * A main process's conversation with the sidecar beside it. It lives as long as the process: when
 * the sidecar ends, what was asked fails, and the next sidecar is told of all machines of which the
 * process holds sockets. Connections that are up notice nothing.
 *
 * <p>Thread contract: any thread; futures complete on the conversation's own thread, which must not
 * be kept.
 */
public final class SidecarLink implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SidecarLink.class);

    private static final long FIRST_PAUSE_MILLIS = 20;
    private static final long MOST_PAUSE_MILLIS = 500;

    private final Path path;
    private final Optional<PodName> serves;
    private final MainProcess main;
    private final Thread thread;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Questions questions;

    /** Read by loops, which must not wait while something is sent. */
    private volatile List<String> paths = List.of();

    private SidecarLink(Path path, Optional<PodName> serves, MainProcess main) {
        this.path = path;
        this.serves = serves;
        this.main = main;
        this.questions = new Questions(path);
        this.thread = Thread.ofPlatform().name("sidecar-link").daemon().unstarted(this::run);
    }

    /** Of a process that opens connections. */
    public static SidecarLink ofEngine(Path socket, MainProcess main) {
        return start(new SidecarLink(socket, Optional.empty(), main));
    }

    /** Of a storage pod, which is offered connections. */
    public static SidecarLink ofPod(Path socket, PodName pod, MainProcess main) {
        return start(new SidecarLink(socket, Optional.of(pod), main));
    }

    private static SidecarLink start(SidecarLink link) {
        link.thread.start();
        return link;
    }

    /** Whether a sidecar is there. */
    public boolean isUp() {
        return questions.areWelcome();
    }

    /** The underlay networks of this host, as the sidecar said last; empty before. */
    public List<String> paths() {
        return paths;
    }

    /**
     * A machine with a connected socket. Fails with an {@link IOException} whose words say why.
     *
     * @param control where the sidecar of the pod listens
     * @param mtuBytes inside of the machine, at most
     */
    public CompletableFuture<Held> open(
            Lease lease, PodName pod, InetSocketAddress control, String path, int mtuBytes) {
        return questions
                .ask(number -> new LocalMessage.Open(number, lease, pod, control, path, mtuBytes))
                .thenCompose(answer -> {
                    if (answer.message() instanceof LocalMessage.Opened opened
                            && answer.passed().isPresent()) {
                        return CompletableFuture.completedFuture(
                                new Held(opened.machine(), answer.passed().get()));
                    }
                    answer.passed().ifPresent(Descriptor::close);
                    return CompletableFuture.failedFuture(answer.failure());
                });
    }

    /** The connection of a lease has ended. */
    public void closeLease(LeaseId lease) {
        var _ =
                questions
                        .done(number -> new LocalMessage.Close(number, lease))
                        .exceptionally(e -> {
                            LOG.debug("lease {} ends by itself: {}", lease, e.getMessage());
                            return null;
                        });
    }

    /** Bounds what the two machines of a link send, at once; 0 for no bound. */
    public CompletableFuture<@Nullable Void> limit(
            LeaseId lease, long bytesPerSecond, PodName pod, InetSocketAddress control) {
        return questions.done(
                number -> new LocalMessage.Limit(number, lease, bytesPerSecond, pod, control));
    }

    /** All machines of this host. */
    public CompletableFuture<List<LocalMessage.Sight>> survey() {
        return questions
                .ask(LocalMessage.Survey::new)
                .thenCompose(answer ->
                        answer.message() instanceof LocalMessage.Done
                                ? CompletableFuture.completedFuture(answer.sights())
                                : CompletableFuture.failedFuture(answer.failure()));
    }

    private void run() {
        long pauseMillis = FIRST_PAUSE_MILLIS;
        boolean told = false;
        while (!isClosed()) {
            try {
                converse();
                pauseMillis = FIRST_PAUSE_MILLIS;
                told = false;
            } catch (IOException e) {
                if (!told && !isClosed()) {
                    LOG.warn("no sidecar at {} ({}); it is looked for", path, e.getMessage());
                    told = true;
                }
            }
            questions.disconnected();
            pause(pauseMillis);
            pauseMillis = Math.min(MOST_PAUSE_MILLIS, pauseMillis * 2);
        }
    }

    private boolean isClosed() {
        return closing.getCount() == 0;
    }

    private void pause(long millis) {
        try {
            var _ = closing.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            closing.countDown();
        }
    }

    /** From a connection to its end. */
    private void converse() throws IOException {
        PacketSocket opened = PacketSocket.connect(path);
        if (!questions.connected(opened)) {
            return;
        }
        List<LocalMessage.Sight> sights = new ArrayList<>();
        while (true) {
            Optional<PacketMessage> packet = opened.receive(LocalMessage.MAX_BYTES);
            if (packet.isEmpty()) {
                return;
            }
            Optional<Descriptor> passed = packet.get().descriptor();
            try {
                hear(LocalMessage.decode(packet.get().bytes()), passed, sights);
            } catch (ProtocolException e) {
                passed.ifPresent(Descriptor::close);
                throw e;
            }
        }
    }

    private void hear(
            LocalMessage message, Optional<Descriptor> passed, List<LocalMessage.Sight> sights)
            throws IOException {
        switch (message) {
            case LocalMessage.Welcome welcome -> welcomed(welcome);
            case LocalMessage.Offer offer -> {
                if (passed.isEmpty()) {
                    throw new ProtocolException("an offer without a socket");
                }
                main.offered(
                        new Held(offer.machine(), passed.get()),
                        refusal -> answerOffer(offer.number(), refusal));
            }
            case LocalMessage.Ended ended -> main.ended(ended.lease(), ended.why());
            case LocalMessage.Sight sight -> sights.add(sight);
            case LocalMessage.Opened opened -> {
                if (!questions.complete(
                        opened.number(), new Questions.Answer(opened, passed, List.of()))) {
                    // Nobody waits for it any more.
                    passed.ifPresent(Descriptor::close);
                    closeLease(opened.machine().lease().id());
                }
            }
            case LocalMessage.Done done -> {
                questions.complete(
                        done.number(), new Questions.Answer(done, passed, List.copyOf(sights)));
                sights.clear();
            }
            case LocalMessage.Failed failed ->
                    questions.complete(
                            failed.number(), new Questions.Answer(failed, passed, List.of()));
            case LocalMessage.Serve _,
                    LocalMessage.Open _,
                    LocalMessage.Keep _,
                    LocalMessage.Close _,
                    LocalMessage.Limit _,
                    LocalMessage.Survey _ ->
                    throw new ProtocolException("the sidecar asks what it should answer");
        }
    }

    private void welcomed(LocalMessage.Welcome welcome) throws IOException {
        paths = welcome.paths();
        questions.welcomed();
        LOG.info("the sidecar {} is there", welcome.name());
        new Introduction(main, serves).tell(questions);
        main.welcomed();
    }

    private void answerOffer(long number, Optional<String> refusal) {
        LocalMessage answer =
                refusal.isPresent()
                        ? new LocalMessage.Failed(number, Cause.REFUSED, refusal.get())
                        : new LocalMessage.Done(number);
        try {
            questions.say(answer);
        } catch (LinuxException e) {
            LOG.warn("the sidecar does not hear the answer to its offer: {}", e.getMessage());
        }
    }

    /** Ends the conversation: all machines of this process end. Waits for its thread. */
    @Override
    public void close() {
        closing.countDown();
        questions.end();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
