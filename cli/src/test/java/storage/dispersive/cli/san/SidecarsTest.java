package storage.dispersive.cli.san;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import storage.dispersive.cli.lan.Hosts;
import storage.dispersive.cli.lan.Lan;
import storage.dispersive.cli.state.FileTree;
import storage.dispersive.cli.state.Identities;
import storage.dispersive.cli.state.NetworkRecord;
import storage.dispersive.cli.state.PodRecord;
import storage.dispersive.cli.state.SanException;
import storage.dispersive.cli.state.SanHome;
import storage.dispersive.cli.state.SanRecord;
import storage.dispersive.cli.state.Underlay;
import storage.dispersive.engine.Isolation;
import storage.dispersive.linux.UserId;

/** Real sidecars on real hosts; skipped without root, but not in a build with CI=true. */
class SidecarsTest {

    private static final NetworkRecord NETWORK =
            new NetworkRecord(Isolation.ISOLATED, Underlay.IPV6, 2);

    @TempDir Path directory;

    private final List<String> told = new ArrayList<>();
    private SanHome home = new SanHome(Path.of("/nonexistent"));

    @BeforeEach
    void makeHome() {
        if (!UserId.effective().isRoot() && !"true".equals(System.getenv("CI"))) {
            Assumptions.abort("needs root, to make network namespaces");
        }
        home = new SanHome(directory.resolve("san"));
        home.create();
        new Identities(home, Clock.systemUTC()).createAuthority();
    }

    @AfterEach
    void endAll() throws IOException {
        OwnedProcess.below(home.root()).forEach(OwnedProcess::kill);
        FileTree.delete(home.root());
    }

    @Test
    void everyHostHasOneWithTwoCapabilitiesInItsOwnNetwork() throws Exception {
        Hosts hosts = hosts();
        hosts.up();
        sidecars(hosts).start(told::add);
        assertThat(told).containsExactly("sidecars ready: 2");
        for (String host : List.of("client", "pod-0")) {
            long pid = OwnedProcess.find(home.host(host)).orElseThrow().pid();
            assertThat(capabilitiesOfAllThreads(pid)).containsOnly("CapEff:\t0000000000201000");
            assertThat(Files.getAttribute(Path.of("/proc/" + pid + "/ns/net"), "unix:ino"))
                    .isEqualTo(Files.getAttribute(home.host(host).resolve("net"), "unix:ino"));
            assertThat(home.sidecarSocket(host)).exists();
        }
        // Engines run there, and nowhere else.
        assertThat(home.sidecarKeeper("client")).exists();
        assertThat(home.sidecarKeeper("pod-0")).doesNotExist();
    }

    @Test
    void onlyThoseThatAreMissingAreStarted() throws Exception {
        Hosts hosts = hosts();
        hosts.up();
        sidecars(hosts).start(told::add);
        long client = pid("client");
        long pod = pid("pod-0");
        OwnedProcess.find(home.host("pod-0")).orElseThrow().kill();
        sidecars(hosts).start("client", told::add);
        assertThat(OwnedProcess.find(home.host("pod-0"))).isEmpty();
        sidecars(hosts).start(told::add);
        assertThat(told).containsExactly("sidecars ready: 2", "sidecars ready: 1");
        assertThat(pid("client")).isEqualTo(client);
        assertThat(pid("pod-0")).isNotEqualTo(pod);
        sidecars(hosts).stopAll();
        assertThat(OwnedProcess.below(home.root())).isEmpty();
    }

    @Test
    void oneThatCannotStartSaysWhy() throws Exception {
        Hosts hosts = hosts();
        hosts.up();
        new Identities(home, Clock.systemUTC()).issueVnet("pod-0");
        Files.writeString(home.identities().resolve("vnet-pod-0.key"), "no key");
        assertThatExceptionOfType(SanException.class)
                .isThrownBy(() -> sidecars(hosts).start(told::add))
                .withMessage("the sidecar of pod-0 ended instead of serving")
                .satisfies(e -> assertThat(e.hint()).contains("its log", "pod-0/log", "key"));
        assertThat(told).isEmpty();
    }

    private long pid(String host) {
        return OwnedProcess.find(home.host(host)).orElseThrow().pid();
    }

    private static List<String> capabilitiesOfAllThreads(long pid) throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
            for (Path thread : threads.toList()) {
                Files.readAllLines(thread.resolve("status")).stream()
                        .filter(line -> line.startsWith("CapEff"))
                        .forEach(found::add);
            }
        }
        return found;
    }

    private Sidecars sidecars(Hosts hosts) {
        return new Sidecars(home, hosts.all(), new Identities(home, Clock.systemUTC()));
    }

    private Hosts hosts() {
        PodRecord pod =
                new PodRecord(
                        "pod-0",
                        "/nonexistent",
                        Lan.podAddress("pod-0", NETWORK.family()),
                        7400,
                        8080);
        return Hosts.of(home, new SanRecord(SanRecord.FORMAT, "/x", 1, NETWORK, List.of(pod)));
    }
}
