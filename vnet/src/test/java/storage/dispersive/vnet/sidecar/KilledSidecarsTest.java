package storage.dispersive.vnet.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import storage.dispersive.vnet.client.Held;
import storage.dispersive.vnet.client.SidecarLink;
import storage.dispersive.vnet.netlink.CabledHosts;
import storage.dispersive.vnet.protocol.ControlMessage.Done;
import storage.dispersive.vnet.protocol.ControlMessage.Limit;
import storage.dispersive.vnet.protocol.ControlMessage.Reason;
import storage.dispersive.vnet.protocol.ControlMessage.Refused;
import storage.dispersive.vnet.protocol.ControlMessage.Release;
import storage.dispersive.wire.LeaseId;

/**
 * Sidecars are processes here and are killed: whoever had a machine spawned may still bound and end
 * it, and nobody else may.
 */
class KilledSidecarsTest {

    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long BYTES_PER_SECOND = 1_000_000;

    @RegisterExtension final CabledHosts hosts = new CabledHosts();

    @TempDir Path directory;

    private TwoSidecars both;
    private SidecarLink pod;
    private SidecarLink engine;
    private Held held;

    @BeforeEach
    void spawnAMachine() throws Exception {
        both = TwoSidecars.asProcesses(hosts, directory);
        pod = both.storagePod();
        engine = both.engine();
        awaitBoth();
        held = both.open(engine, TwoSidecars.lease());
        both.node.keep(held);
    }

    @AfterEach
    void end() throws IOException {
        engine.close();
        pod.close();
        both.close();
    }

    @Test
    void afterTheDeathOfTheStorageSidecarItsMachinesAreBoundedAndEndedByTheirSpawner()
            throws Exception {
        both.endPodSidecar();
        both.startPodSidecar();
        await().atMost(PATIENCE).until(pod::isUp);
        await().atMost(PATIENCE).until(() -> TwoSidecars.await(pod.survey()).size() == 1);
        assertOnlyTheSpawnerBoundsAndEndsIt();
    }

    @Test
    void afterTheDeathOfTheNodesSidecarMachinesAreBoundedAndEndedByTheNextOne() throws Exception {
        both.endNodeSidecar();
        both.startNodeSidecar();
        await().atMost(PATIENCE).until(engine::isUp);
        await().atMost(PATIENCE).until(() -> TwoSidecars.await(engine.survey()).size() == 1);
        assertOnlyTheSpawnerBoundsAndEndsIt();
    }

    @Test
    void afterTheDeathOfBothMachinesAreBoundedAndEnded() throws Exception {
        both.endNodeSidecar();
        both.endPodSidecar();
        both.startPodSidecar();
        both.startNodeSidecar();
        awaitBoth();
        await().atMost(PATIENCE).until(() -> TwoSidecars.await(pod.survey()).size() == 1);
        await().atMost(PATIENCE).until(() -> TwoSidecars.await(engine.survey()).size() == 1);
        assertOnlyTheSpawnerBoundsAndEndsIt();
    }

    private void assertOnlyTheSpawnerBoundsAndEndsIt() throws Exception {
        LeaseId lease = held.machine().lease().id();
        try (ControlCaller stranger = caller("node-b")) {
            assertThat(stranger.ask(new Limit(1, lease, BYTES_PER_SECOND)))
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> assertThat(refused.reason()).isEqualTo(Reason.FAILED));
            assertThat(stranger.ask(new Release(2, lease))).isEqualTo(new Done(2));
        }
        assertThat(TwoSidecars.await(pod.survey())).hasSize(1);
        engine.limit(lease, BYTES_PER_SECOND, TwoSidecars.POD, both.control())
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        try (ControlCaller spawner = caller(TwoSidecars.NODE.value())) {
            assertThat(spawner.ask(new Release(3, lease))).isEqualTo(new Done(3));
        }
        await().until(() -> both.pod.ended().contains(lease));
        assertThat(TwoSidecars.await(pod.survey())).isEmpty();
    }

    private ControlCaller caller(String name) throws IOException {
        return ControlCaller.connect(
                hosts.left(),
                both.control(),
                both.authority().issueVnet(name, DAY),
                both.authority().certificatePem());
    }

    private void awaitBoth() {
        await().atMost(PATIENCE).until(() -> pod.isUp() && engine.isUp());
    }
}
