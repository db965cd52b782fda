package storage.dispersive.vnet.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import storage.dispersive.vnet.client.Held;
import storage.dispersive.vnet.client.SidecarLink;
import storage.dispersive.vnet.netlink.CabledHosts;
import storage.dispersive.vnet.protocol.LocalMessage.Sight;
import storage.dispersive.wire.Lease;
import storage.dispersive.wire.PodName;

class SidecarTest {

    private static final String IPV4 = "198.18.0.";
    private static final String IPV6 = "fd00::";

    @RegisterExtension final CabledHosts hosts = new CabledHosts();

    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(strings = {IPV4, IPV6})
    void makesAMachineAtBothEndsAndConnectsThem(String underlay) throws Exception {
        try (TwoSidecars both = new TwoSidecars(hosts, directory, underlay);
                SidecarLink pod = both.storagePod();
                SidecarLink engine = both.engine()) {
            awaitUp(pod, engine);
            Lease lease = TwoSidecars.lease();
            Held held = both.open(engine, lease);
            both.node.keep(held);
            assertThat(held.machine().lease()).isEqualTo(lease);
            assertThat(both.pod.holds()).hasSize(1);
            assertThat(both.pod.holds().getFirst().machine().lease()).isEqualTo(lease);
            assertThat(both.pod.holds().getFirst().machine().spec().vni())
                    .isEqualTo(held.machine().spec().vni());
            write(held, 5_000);
            Sight sight = TwoSidecars.await(engine.survey()).getFirst();
            assertThat(sight.counters().sentBytes()).isGreaterThan(5_000);
            assertThat(TwoSidecars.await(pod.survey())).hasSize(1);
        }
    }

    @Test
    void saysWhyThereIsNoMachine() throws Exception {
        try (TwoSidecars both = new TwoSidecars(hosts, directory, IPV4);
                SidecarLink engine = both.engine()) {
            awaitUp(engine);
            assertThatThrownBy(() -> both.open(engine, TwoSidecars.lease()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("the storage pod is not up");
            try (SidecarLink pod = both.storagePod()) {
                awaitUp(pod);
                assertThatThrownBy(() ->
                                TwoSidecars.await(
                                        engine.open(
                                                TwoSidecars.lease(),
                                                new PodName("pod-1"),
                                                both.control(),
                                                TwoSidecars.PATH,
                                                TwoSidecars.MTU)))
                        .hasMessageContaining("the sidecar of pod-0 answers there");
                assertThatThrownBy(() ->
                                TwoSidecars.await(
                                        engine.open(
                                                TwoSidecars.lease(),
                                                TwoSidecars.POD,
                                                both.control(),
                                                "other",
                                                TwoSidecars.MTU)))
                        .hasMessageContaining("there is no path 'other' here, only lan");
            }
        }
    }

    @Test
    void givesALeaseOnlyOnce() throws Exception {
        try (TwoSidecars both = new TwoSidecars(hosts, directory, IPV4);
                SidecarLink pod = both.storagePod();
                SidecarLink engine = both.engine()) {
            awaitUp(pod, engine);
            Lease lease = TwoSidecars.lease();
            both.open(engine, lease).socket().close();
            assertThatThrownBy(() -> both.open(engine, lease))
                    .hasMessageContaining("this lease is in use");
            engine.closeLease(lease.id());
            await().until(() -> TwoSidecars.await(engine.survey()).isEmpty());
            assertThatThrownBy(() -> both.open(engine, lease))
                    .hasMessageContaining("this lease was used before");
        }
    }

    @Test
    void findsMachinesAgainThatAnEarlierSidecarMade() throws Exception {
        try (TwoSidecars both = new TwoSidecars(hosts, directory, IPV4);
                SidecarLink pod = both.storagePod();
                SidecarLink engine = both.engine()) {
            awaitUp(pod, engine);
            Held held = both.open(engine, TwoSidecars.lease());
            both.node.keep(held);
            both.endNodeSidecar();
            both.endPodSidecar();
            write(held, 5_000);
            both.startPodSidecar();
            both.startNodeSidecar();
            awaitUp(pod, engine);
            await().until(() -> !TwoSidecars.await(pod.survey()).isEmpty());
            await().until(() -> !TwoSidecars.await(engine.survey()).isEmpty());
            Sight found = TwoSidecars.await(engine.survey()).getFirst();
            assertThat(found.machine()).isEqualTo(held.machine());
            assertThat(found.counters().sentBytes()).isGreaterThan(5_000);
            write(held, 5_000);
            Held another = both.open(engine, TwoSidecars.lease());
            both.node.keep(another);
            assertThat(another.machine().spec().underlay())
                    .isNotEqualTo(held.machine().spec().underlay());
        }
    }

    @Test
    void endsTheMachinesOfAProcessThatEnds() throws Exception {
        try (TwoSidecars both = new TwoSidecars(hosts, directory, IPV4);
                SidecarLink pod = both.storagePod();
                SidecarLink watcher = both.engine()) {
            try (SidecarLink engine = both.engine()) {
                awaitUp(pod, engine, watcher);
                both.open(engine, TwoSidecars.lease()).socket().close();
                assertThat(TwoSidecars.await(watcher.survey())).hasSize(1);
            }
            await().until(() -> TwoSidecars.await(watcher.survey()).isEmpty());
            assertThat(CabledHosts.linksOf(both.nodeHost()))
                    .containsExactlyInAnyOrder("lo", "cable");
        }
    }

    private static void write(Held held, int bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocate(bytes);
            assertThat(held.socket().write(data)).isEqualTo(bytes);
        }
    }

    private static void awaitUp(SidecarLink... links) {
        for (SidecarLink link : links) {
            await().until(link::isUp);
        }
    }
}
