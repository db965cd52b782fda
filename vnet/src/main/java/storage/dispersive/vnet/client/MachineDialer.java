package storage.dispersive.vnet.client;

import io.netty.channel.Channel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.transport.Dialer;
import storage.dispersive.transport.Line;
import storage.dispersive.transport.NettyEventLoop;
import storage.dispersive.transport.TlsIdentity;
import storage.dispersive.vnet.protocol.Machine;
import storage.dispersive.wire.Lease;
import storage.dispersive.wire.LeaseId;
import storage.dispersive.wire.PodConnector.SessionKind;
import storage.dispersive.wire.PodName;

/**
 * Reaches the pods of one volume through virtual network machines: each session has a machine, a
 * lease and an identity of its own.
 *
 * <p>Thread contract: as {@link Dialer}; {@link #machines} and {@link #close} from any thread.
 */
public final class MachineDialer implements Dialer, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MachineDialer.class);

    private final NettyEventLoop loop;
    private final VolumeId volume;
    private final LeaseIssuer issuer;
    private final Map<Integer, PodPlace> pods;
    private final SidecarLink link;
    private final RandomGenerator random = new SecureRandom();
    private final WayChoice ways = new WayChoice();
    private final Map<LeaseId, Live> lives = new ConcurrentHashMap<>();

    private final List<Runnable> waiting = new CopyOnWriteArrayList<>();

    private volatile long limit;

    /** Certificates and the sidecar's socket take time, which the loop has not. */
    private final HelperThread helper = new HelperThread();

    /**
     * Which pod it is, and where its sidecar listens in each underlay network; at the first of
     * these where a path has none. Addresses that are not resolved are looked up for each
     * connection, as a pod that was made anew has another one.
     */
    public record PodPlace(PodName pod, SequencedMap<String, InetSocketAddress> controls) {
        public PodPlace {
            if (controls.isEmpty()) {
                throw new IllegalArgumentException("nobody said where the sidecar of a pod is");
            }
            controls = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(controls));
        }

        /**
         * Where it is now. Asks the system's resolver where it is known by a name, and says so
         * again if that does not know it.
         */
        InetSocketAddress control(String path) {
            InetSocketAddress there = controls.get(path);
            InetSocketAddress known = there == null ? controls.firstEntry().getValue() : there;
            return known.isUnresolved()
                    ? new InetSocketAddress(known.getHostString(), known.getPort())
                    : known;
        }

        boolean isNamed() {
            return controls.values().stream().anyMatch(InetSocketAddress::isUnresolved);
        }
    }

    /** A machine with a connection that is up, or being made. */
    public record Live(Machine machine, Channel channel, WayChoice.Way way) {
        private int slot() {
            return machine.lease().slot();
        }
    }

    /**
     * A dialer that looks for its sidecar at once.
     *
     * @param sidecar its Unix socket
     * @param pods by slot
     */
    public MachineDialer(
            NettyEventLoop loop,
            VolumeId volume,
            LeaseIssuer issuer,
            Path sidecar,
            Map<Integer, PodPlace> pods) {
        this.loop = loop;
        this.volume = volume;
        this.issuer = issuer;
        this.pods = Map.copyOf(pods);
        this.link = SidecarLink.ofEngine(sidecar, new Engine());
    }

    /** Runs a task each time that a sidecar appears, and now if one is there. It must not wait. */
    public void whenSidecarIsThere(Runnable task) {
        waiting.add(task);
        if (link.isUp()) {
            task.run();
        }
    }

    /** The machines that this dialer's connections go through now. */
    public List<Live> machines() {
        return List.copyOf(lives.values());
    }

    /**
     * Bounds what each machine sends, at both ends of its link, from now on.
     *
     * @param bytesPerSecond in each direction of each connection; 0 for no bound
     */
    public CompletableFuture<?> limit(long bytesPerSecond) {
        if (bytesPerSecond < 0) {
            throw new IllegalArgumentException("a rate of " + bytesPerSecond);
        }
        limit = bytesPerSecond;
        return CompletableFuture.allOf(
                lives.values().stream()
                        .map(live -> limit(live.machine(), bytesPerSecond))
                        .toArray(CompletableFuture<?>[]::new));
    }

    private CompletableFuture<@Nullable Void> limit(Machine machine, long bytesPerSecond) {
        PodPlace place = pods.get(machine.lease().slot());
        if (place == null) {
            throw new IllegalStateException("a machine of no pod");
        }
        return link.limit(
                machine.lease().id(), bytesPerSecond, place.pod(), place.control(machine.path()));
    }

    @Override
    public void dial(int slot, SessionKind kind, Answer answer) {
        PodPlace place = pods.get(slot);
        List<String> paths = link.paths();
        if (place == null || paths.isEmpty()) {
            String why =
                    place == null
                            ? "nobody said which pod has slot " + slot
                            : "the sidecar beside this process is not there";
            loop.execute(() -> answer.failed(why));
            return;
        }
        Lease lease = new Lease(LeaseId.random(random), volume, slot, kind);
        WayChoice.Way way = ways.choose(slot, paths, loop.nanoTime());
        if (place.isNamed()) {
            // The resolver blocks, for longer than others may wait for the one thread of this.
            Thread.ofVirtual()
                    .name("resolve-" + place.pod())
                    .start(() -> locate(lease, place, way, answer));
        } else {
            locate(lease, place, way, answer);
        }
    }

    private void locate(Lease lease, PodPlace place, WayChoice.Way way, Answer answer) {
        InetSocketAddress control = place.control(way.path());
        if (control.isUnresolved()) {
            loop.execute(() -> answer.failed("no address is known for " + control.getHostString()));
        } else if (!helper.take(() -> ask(lease, place, control, way, answer))) {
            loop.execute(() -> answer.failed("closed"));
        }
    }

    @Override
    public void failing(Line line) {
        live(line).ifPresent(live -> failed(live.slot(), live.way()));
    }

    @Override
    public void works(Line line) {
        live(line).ifPresent(live -> ways.works(live.slot(), live.way(), loop.nanoTime()));
    }

    private Optional<Live> live(Line line) {
        return lives.values().stream()
                .filter(live -> live.channel().equals(line.channel()))
                .findFirst();
    }

    private void failed(int slot, WayChoice.Way way) {
        ways.failed(slot, way, loop.nanoTime());
    }

    private void ask(
            Lease lease,
            PodPlace place,
            InetSocketAddress control,
            WayChoice.Way way,
            Answer answer) {
        CompletableFuture<Held> opened =
                link.open(lease, place.pod(), control, way.path(), way.mtuBytes());
        // Sidecars are first asked for all sessions that were dialled at the same time.
        if (!helper.take(() -> identify(lease, place, way, opened, answer))) {
            giveUp(opened, "closed", answer);
        }
    }

    private void giveUp(CompletableFuture<Held> opened, String why, Answer answer) {
        var _ = opened.thenAccept(this::discard);
        loop.execute(() -> answer.failed(why));
    }

    private void identify(
            Lease lease,
            PodPlace place,
            WayChoice.Way way,
            CompletableFuture<Held> opened,
            Answer answer) {
        TlsIdentity identity;
        try {
            identity = issuer.issue(lease);
        } catch (IOException e) {
            giveUp(opened, String.valueOf(e.getMessage()), answer);
            return;
        }
        var _ =
                opened.whenComplete((held, failure) ->
                        loop.execute(() -> {
                            if (held == null) {
                                failed(lease.slot(), way, failure, answer);
                            } else {
                                connected(held, way, place.pod(), identity, answer);
                            }
                        }));
    }

    private void failed(int slot, WayChoice.Way way, @Nullable Throwable failure, Answer answer) {
        Throwable cause =
                failure != null && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof NoWayException) {
            failed(slot, way);
        }
        answer.failed(cause == null ? "" : String.valueOf(cause.getMessage()));
    }

    private void connected(
            Held held, WayChoice.Way way, PodName pod, TlsIdentity identity, Answer answer) {
        Machine machine = held.machine();
        LeaseId lease = machine.lease().id();
        Channel channel;
        try {
            channel = loop.adopt(held.socket().release());
        } catch (IOException e) {
            link.closeLease(lease);
            answer.failed(String.valueOf(e.getMessage()));
            return;
        }
        lives.put(lease, new Live(machine, channel, way));
        limitNew(machine);
        channel.closeFuture()
                .addListener(closed -> {
                    lives.remove(lease);
                    // Once this is closed the end of the conversation ends all machines.
                    var _ = helper.take(() -> link.closeLease(lease));
                });
        answer.connected(new Line(channel, pod, identity, Optional.of(machine.lease())));
    }

    private void limitNew(Machine machine) {
        long bytesPerSecond = limit;
        if (bytesPerSecond > 0) {
            var _ =
                    helper.take(() -> {
                        var _ =
                                limit(machine, bytesPerSecond)
                                        .exceptionally(e -> {
                                            LOG.warn(
                                                    "a machine is not bounded: {}", e.getMessage());
                                            return null;
                                        });
                    });
        }
    }

    private void discard(Held held) {
        held.socket().close();
        link.closeLease(held.machine().lease().id());
    }

    /** What the sidecar may ask of this process. */
    private final class Engine implements MainProcess {
        @Override
        public List<Held> held() {
            return Duplicates.onLoop(
                    loop,
                    () -> {
                        List<Held> all = new ArrayList<>();
                        for (Live live : lives.values()) {
                            Duplicates.of(live.channel())
                                    .ifPresent(socket -> all.add(new Held(live.machine(), socket)));
                        }
                        return all;
                    });
        }

        @Override
        public void offered(Held listening, Consumer<Optional<String>> answer) {
            listening.socket().close();
            answer.accept(Optional.of("this is no storage pod"));
        }

        @Override
        public void welcomed() {
            waiting.forEach(Runnable::run);
        }

        @Override
        public void ended(LeaseId lease, String why) {
            Live live = lives.get(lease);
            if (live != null) {
                LOG.warn("the sidecar has ended the machine of lease {}: {}", lease, why);
                var _ = live.channel().close();
            }
        }
    }

    /** Ends all machines of this dialer. */
    @Override
    public void close() {
        helper.close();
        link.close();
    }
}
