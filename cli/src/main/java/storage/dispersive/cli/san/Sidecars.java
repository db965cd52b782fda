package storage.dispersive.cli.san;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import storage.dispersive.cli.lan.Host;
import storage.dispersive.cli.lan.Lan;
import storage.dispersive.cli.state.Identities;
import storage.dispersive.cli.state.SanException;
import storage.dispersive.cli.state.SanHome;
import storage.dispersive.linux.Capabilities;
import storage.dispersive.linux.Capability;

/**
 * The sidecars of an isolated SAN: one process on each host, beside the host's own process and
 * outliving it, that makes virtual network machines. Used by one thread of one command at a time,
 * which holds the SAN's lock.
 */
final class Sidecars {

    /** UDP ports of machines, which nobody else on a host uses. */
    private static final String MACHINE_PORTS = "20000-23999";

    /** A heap that begins small, and the JDK's archive where it was made for: not a copy of it. */
    private static final List<String> JVM_OPTIONS =
            List.of(
                    "-Xms6m",
                    "-Xmn3m",
                    "-Xmx32m",
                    "-XX:MinHeapFreeRatio=10",
                    "-XX:MaxHeapFreeRatio=25",
                    "-XX:+UseCompactObjectHeaders",
                    "-XX:+UnlockDiagnosticVMOptions",
                    "-XX:ArchiveRelocationMode=0",
                    "-Dio.netty.allocator.numDirectArenas=1",
                    "-Dio.netty.allocator.numHeapArenas=1",
                    "-Xss512k",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:ReservedCodeCacheSize=16m",
                    "-XX:MaxDirectMemorySize=32m",
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow");

    private static final String PROGRAM = "storage.dispersive.vnet.sidecar.SidecarMain";
    private static final Set<Capability> CAPABILITIES =
            EnumSet.of(Capability.CAP_NET_ADMIN, Capability.CAP_SYS_ADMIN);
    private static final Duration START_PATIENCE = Duration.ofSeconds(30);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

    private final SanHome home;
    private final List<Host> hosts;
    private final Identities identities;

    Sidecars(SanHome home, List<Host> hosts, Identities identities) {
        this.home = home;
        this.hosts = List.copyOf(hosts);
        this.identities = identities;
    }

    /** Starts those that do not run, and waits until all of them can be called. */
    void start(Progress progress) {
        start(hosts, progress);
    }

    /** As above, of one host. */
    void start(String host, Progress progress) {
        start(hosts.stream().filter(one -> one.name().equals(host)).toList(), progress);
    }

    private void start(List<Host> which, Progress progress) {
        List<Host> started = which.stream().filter(host -> !isRunning(host)).toList();
        for (Host host : started) {
            identities.issueVnet(host.name());
            launch(host);
        }
        for (Host host : started) {
            awaitReady(host);
        }
        if (!started.isEmpty()) {
            progress.step("sidecars ready: " + started.size());
        }
    }

    private static boolean isRunning(Host host) {
        return OwnedProcess.find(host.directory()).isPresent();
    }

    private void launch(Host host) {
        Path socket = home.sidecarSocket(host.name());
        try {
            // One that a killed sidecar left says nothing about the next.
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(socket + " cannot be removed", e);
        }
        host.call(() -> startConfined(host));
    }

    /** It would give up all other capabilities itself, by starting a second time. */
    private OwnedProcess startConfined(Host host) {
        try {
            return Capabilities.forPrograms(
                    CAPABILITIES,
                    () ->
                            OwnedProcess.startJava(
                                    host.directory(), PodProgram.ENVIRONMENT, arguments(host)));
        } catch (IOException e) {
            throw new UncheckedIOException("the sidecar of " + host.name() + " did not start", e);
        }
    }

    private List<String> arguments(Host host) {
        List<String> arguments = new ArrayList<>(JVM_OPTIONS);
        arguments.addAll(List.of("-cp", Distribution.classPath(), PROGRAM));
        arguments.addAll(settings(host));
        return arguments;
    }

    private List<String> settings(Host host) {
        String identity = Identities.vnet(host.name());
        List<InetAddress> addresses = host.addresses();
        List<String> settings = new ArrayList<>();
        settings.add("name=" + host.name());
        settings.add("socket=" + home.sidecarSocket(host.name()));
        settings.add("certificate=" + identities.certificate(identity));
        settings.add("key=" + identities.key(identity));
        settings.add("authority=" + identities.authorityCertificate());
        settings.add("ports=" + MACHINE_PORTS);
        for (int path = 0; path < addresses.size(); path++) {
            String address = addresses.get(path).getHostAddress();
            settings.add("path=" + Lan.pathName(path) + ":" + address);
        }
        if (host.name().equals(Lan.CLIENT)) {
            settings.add("keeper=" + home.sidecarKeeper(host.name()));
        } else {
            Lan.sidecarsOf(host.name(), host.network())
                    .values()
                    .forEach(place -> settings.add("control=" + withPort(place)));
        }
        return settings;
    }

    private static String withPort(InetSocketAddress place) {
        String text = place.getAddress().getHostAddress();
        return (text.indexOf(':') < 0 ? text : "[" + text + "]") + ":" + place.getPort();
    }

    private void awaitReady(Host host) {
        Path socket = home.sidecarSocket(host.name());
        OwnedProcess.await(() -> Files.exists(socket) || !isRunning(host), START_PATIENCE);
        if (!isRunning(host) || !Files.exists(socket)) {
            throw SanException.failed(
                    "the sidecar of "
                            + host.name()
                            + (isRunning(host)
                                    ? " is not ready after " + START_PATIENCE.toSeconds() + " s"
                                    : " ended instead of serving"),
                    OwnedProcess.lastWords(host.directory()));
        }
    }

    /** Ends all sidecars, also those that a command which was killed had started. */
    void stopAll() {
        OwnedProcess.terminateAll(OwnedProcess.below(home.hosts()), STOP_PATIENCE);
    }
}
