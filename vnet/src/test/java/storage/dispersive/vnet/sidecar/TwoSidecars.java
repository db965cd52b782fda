package storage.dispersive.vnet.sidecar;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import storage.dispersive.identity.CertificateAuthority;
import storage.dispersive.identity.IssuedIdentity;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.linux.LinuxException;
import storage.dispersive.linux.NetworkNamespace;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.vnet.client.Held;
import storage.dispersive.vnet.client.MainProcess;
import storage.dispersive.vnet.client.SidecarLink;
import storage.dispersive.vnet.netlink.CabledHosts;
import storage.dispersive.wire.Lease;
import storage.dispersive.wire.LeaseId;
import storage.dispersive.wire.PodConnector.SessionKind;
import storage.dispersive.wire.PodName;

/** The sidecars of a node (left) and of a storage pod (right), and the processes beside them. */
final class TwoSidecars implements AutoCloseable {

    static final PodName NODE = new PodName("node-a");
    static final PodName POD = new PodName("pod-0");
    static final VolumeId VOLUME = new VolumeId(7, 8);
    static final String PATH = "lan";
    static final int MTU = 0xFFFF;

    private static final Duration DAY = Duration.ofDays(1);
    static final int PORT_COUNT = 64;

    static final int FIRST_PORT = 20_000;
    static final int LAST_PORT = 20_063;
    private static final String PORTS = FIRST_PORT + "-" + LAST_PORT;
    private static final int CONTROL_PORT = 7410;

    private final CabledHosts hosts;
    private final Path directory;
    private final String prefix;
    private final String ports;
    private final CertificateAuthority authority =
            CertificateAuthority.create("test", DAY, Clock.systemUTC());
    final Keeper node = new Keeper();
    final Keeper pod = new Keeper();
    private final Launch launch;
    private @Nullable Closeable nodeSidecar;
    private @Nullable Closeable podSidecar;

    /** Starts a sidecar on the host of the calling thread; to close it is its end. */
    interface Launch {
        Closeable start(String... settings) throws IOException;
    }

    /** {@code prefix} of the underlay's addresses: {@code 198.18.0.} or {@code fd00::}. */
    TwoSidecars(CabledHosts hosts, Path directory, String prefix) throws IOException {
        this(hosts, directory, prefix, PORTS);
    }

    /** As above; each host has so many machines as there are {@code ports}. */
    TwoSidecars(CabledHosts hosts, Path directory, String prefix, String ports) throws IOException {
        this(hosts, directory, prefix, ports, TwoSidecars::startHere);
    }

    /** Each is a process of its own, and is killed when it ends. */
    static TwoSidecars asProcesses(CabledHosts hosts, Path directory) throws IOException {
        return new TwoSidecars(hosts, directory, "198.18.0.", PORTS, SidecarProcess::start);
    }

    private TwoSidecars(
            CabledHosts hosts, Path directory, String prefix, String ports, Launch launch)
            throws IOException {
        this.launch = launch;
        this.ports = ports;
        this.hosts = hosts;
        this.directory = directory;
        this.prefix = prefix;
        startPodSidecar();
        startNodeSidecar();
    }

    CertificateAuthority authority() {
        return authority;
    }

    InetSocketAddress control() {
        return new InetSocketAddress(prefix + "2", CONTROL_PORT);
    }

    /** By the pod's sidecar. */
    long callersTurnedAway() {
        return podSidecar instanceof Sidecar here ? here.callersTurnedAway() : 0;
    }

    /** What the sidecars have that are processes of their own. */
    List<SidecarProcess.Footprint> processes() throws IOException {
        List<SidecarProcess.Footprint> footprints = new ArrayList<>();
        for (Closeable sidecar : Arrays.asList(nodeSidecar, podSidecar)) {
            if (sidecar instanceof SidecarProcess process) {
                footprints.add(process.footprint());
            }
        }
        return footprints;
    }

    NetworkNamespace nodeHost() {
        return hosts.left();
    }

    NetworkNamespace podHost() {
        return hosts.right();
    }

    Path nodeSocket() {
        return directory.resolve("node.sock");
    }

    Path podSocket() {
        return directory.resolve("pod.sock");
    }

    void startNodeSidecar() throws IOException {
        List<String> settings = settings(NODE, nodeSocket(), 1);
        nodeSidecar = hosts.left().call(() -> launch.start(settings.toArray(String[]::new)));
    }

    void startPodSidecar() throws IOException {
        List<String> settings = settings(POD, podSocket(), 2);
        String host = prefix.contains(":") ? "[" + prefix + "2]" : prefix + "2";
        settings.add("control=" + host + ":" + CONTROL_PORT);
        podSidecar = hosts.right().call(() -> launch.start(settings.toArray(String[]::new)));
    }

    private static Closeable startHere(String... settings) throws IOException {
        return Sidecar.start(SidecarSettings.parse(settings));
    }

    void endNodeSidecar() throws IOException {
        if (nodeSidecar != null) {
            nodeSidecar.close();
            nodeSidecar = null;
        }
    }

    void endPodSidecar() throws IOException {
        if (podSidecar != null) {
            podSidecar.close();
            podSidecar = null;
        }
    }

    private List<String> settings(PodName name, Path socket, int host) throws IOException {
        IssuedIdentity identity = authority.issueVnet(name.value(), DAY);
        return new ArrayList<>(
                List.of(
                        "name=" + name,
                        "socket=" + socket,
                        "ports=" + ports,
                        "path=" + PATH + ":" + prefix + host,
                        "certificate=" + file(name + ".crt", identity.certificatePem()),
                        "key=" + file(name + ".key", identity.privateKeyPem()),
                        "authority=" + file("ca.crt", authority.certificatePem())));
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content, StandardCharsets.US_ASCII);
    }

    /** The process beside the node's sidecar. */
    SidecarLink engine() {
        return SidecarLink.ofEngine(nodeSocket(), node);
    }

    /** The process beside the pod's sidecar. */
    SidecarLink storagePod() {
        return SidecarLink.ofPod(podSocket(), POD, pod);
    }

    /** Begins a connection for a lease of its own. */
    CompletableFuture<Held> begin(SidecarLink engine) {
        return begin(engine, lease());
    }

    private CompletableFuture<Held> begin(SidecarLink engine, Lease lease) {
        return engine.open(lease, POD, control(), PATH, MTU);
    }

    static Lease lease() {
        return new Lease(
                LeaseId.random(new java.security.SecureRandom()), VOLUME, 3, SessionKind.WRITE);
    }

    /** Opens a connection, or throws what the sidecar said. */
    Held open(SidecarLink engine, Lease lease) throws Exception {
        return await(begin(engine, lease));
    }

    static <T> T await(Future<T> future) throws Exception {
        try {
            return future.get(20, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        } catch (TimeoutException e) {
            throw new AssertionError("nothing was heard", e);
        }
    }

    @Override
    public void close() throws IOException {
        endNodeSidecar();
        endPodSidecar();
        node.release();
        pod.release();
    }

    /** A main process that keeps what it gets. */
    static final class Keeper implements MainProcess {
        private final List<Held> holds = new CopyOnWriteArrayList<>();
        private final List<LeaseId> ended = new CopyOnWriteArrayList<>();
        private final List<Consumer<Optional<String>>> unanswered = new CopyOnWriteArrayList<>();
        private volatile boolean ponders;

        void keep(Held held) {
            holds.add(held);
        }

        /** Answers no more offers; what waits for an answer is in the list. */
        List<Consumer<Optional<String>>> ponder() {
            ponders = true;
            return unanswered;
        }

        List<Held> holds() {
            return holds;
        }

        List<LeaseId> ended() {
            return ended;
        }

        void release() {
            holds.forEach(held -> held.socket().close());
            holds.clear();
        }

        /** Closes what it has of one lease. */
        void letGo(LeaseId lease) {
            List<Held> ofIt =
                    holds.stream()
                            .filter(held -> held.machine().lease().id().equals(lease))
                            .toList();
            holds.removeAll(ofIt);
            ofIt.forEach(held -> held.socket().close());
        }

        @Override
        public List<Held> held() {
            List<Held> copies = new ArrayList<>();
            for (Held held : holds) {
                try {
                    copies.add(new Held(held.machine(), duplicate(held.socket())));
                } catch (LinuxException e) {
                    throw new IllegalStateException(e);
                }
            }
            return copies;
        }

        private static Descriptor duplicate(Descriptor socket) throws LinuxException {
            return socket.duplicate();
        }

        @Override
        public void offered(Held listening, Consumer<Optional<String>> answer) {
            holds.add(listening);
            if (ponders) {
                unanswered.add(answer);
            } else {
                answer.accept(Optional.empty());
            }
        }

        @Override
        public void ended(LeaseId lease, String why) {
            ended.add(lease);
        }
    }
}
