package storage.dispersive.engine.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import storage.dispersive.blockdevice.fuse.FuseSettings;
import storage.dispersive.blockdevice.fuse.SlotReserve;
import storage.dispersive.engine.control.EngineAnswer;
import storage.dispersive.engine.control.EngineAnswer.Reason;
import storage.dispersive.engine.control.VolumeReport;
import storage.dispersive.engine.control.VolumeState;
import storage.dispersive.identity.CertificateAuthority;
import storage.dispersive.identity.IssuedIdentity;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.linux.keeper.DescriptorKeeper;
import storage.dispersive.linux.keeper.DescriptorName;
import storage.dispersive.linux.keeper.KeeperClient;
import storage.dispersive.portion.VolumeId;

/** Volumes whose pods are away, with /dev/null as their mounts: what does not need pods. */
class EngineHostTest {

    private static final VolumeId ONE = new VolumeId(1, 1);
    private static final VolumeId OTHER = new VolumeId(1, 2);
    private static final long SIZE = 1L << 20;
    private static final String DISK = "disk";

    @TempDir Path directory;

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final Loops loops = new Loops(1);
    private final SlotReserve reserve = SlotReserve.of(2, FuseSettings.TRANSFER_LIMIT_BYTES);
    private DescriptorKeeper keeper;
    private EngineHost host;

    @BeforeEach
    void start() throws IOException {
        CertificateAuthority authority =
                CertificateAuthority.create("test", Duration.ofDays(1), Clock.systemUTC());
        IssuedIdentity volume = authority.issueVolume(ONE, Duration.ofDays(1));
        Files.writeString(directory.resolve("tls.crt"), volume.certificatePem());
        Files.writeString(directory.resolve("tls.key"), volume.privateKeyPem());
        Files.writeString(directory.resolve("ca.crt"), authority.authority().certificatePem());
        Files.createDirectory(state());
        keeper = DescriptorKeeper.start(directory.resolve("keeper.sock"));
        deposit(DISK);
        host = host();
    }

    @AfterEach
    void end() throws IOException {
        host.close();
        keeper.close();
        loops.close();
        clock.shutdownNow();
    }

    private Path state() {
        return directory.resolve("state");
    }

    private void deposit(String name) throws IOException {
        try (Descriptor nothing = Descriptor.open(Path.of("/dev/null"), Descriptor.O_RDWR)) {
            new KeeperClient(directory.resolve("keeper.sock"))
                    .deposit(new DescriptorName(name), nothing);
        }
    }

    private EngineHost host() throws IOException {
        HostParts parts =
                new HostParts(
                        loops,
                        reserve,
                        new MapRoom(1 << 20),
                        new Keepers(
                                directory.resolve("keeper.sock"),
                                Optional.of(directory.resolve("absent.sock"))),
                        new Attachments(state()),
                        new Epochs(state()),
                        new FileIdentities(clock),
                        new Openers(2, clock));
        EngineHost started = new EngineHost(parts);
        started.takeUp(new HashMap<>());
        return started;
    }

    private void restart() throws IOException {
        host.close();
        host = host();
    }

    private String description(VolumeId id, long generation) throws IOException {
        Path key = directory.resolve("key");
        Files.writeString(key, "k".repeat(32));
        return """
        {"volumeId": "%s", "sizeBytes": %d, "data": 1, "redundancy": 1, "key": "file:%s",
         "isolation": "Shared", "generation": %d, "identity": "%s", "portions": [
         {"index": 0, "pod": "a.b", "host": "127.0.0.1", "administrationPort": 1,
          "incarnation": "0000000000000001", "admittedFromSeq": 1},
         {"index": 1, "pod": "c.b", "host": "127.0.0.1", "administrationPort": 1,
          "incarnation": "0000000000000002", "admittedFromSeq": 1}]}
        """
                .formatted(id, SIZE, key, generation, directory);
    }

    private static VolumeReport report(EngineAnswer answer) {
        assertThat(answer).isInstanceOf(EngineAnswer.Volume.class);
        return ((EngineAnswer.Volume) answer).report();
    }

    private static void refused(EngineAnswer answer, Reason reason, String why) {
        assertThat(answer)
                .isInstanceOfSatisfying(
                        EngineAnswer.Refused.class,
                        refused -> {
                            assertThat(refused.reason()).as(refused.why()).isEqualTo(reason);
                            assertThat(refused.why()).contains(why);
                            assertThat(refused.hint()).isNotBlank();
                        });
    }

    private void attachOne() throws IOException {
        report(host.attach(description(ONE, 3), DISK));
        await().until(() -> report(host.status(ONE)).engine() != null);
    }

    @Test
    void whatMakesNoSenseIsRefusedAndLeavesNothing() throws IOException {
        String right = description(ONE, 3);
        refused(host.attach("{}", DISK), Reason.WRONG, "volumeId is missing");
        refused(
                host.attach(right.replace("\"generation\"", "\"run\": 1, \"generation\""), DISK),
                Reason.WRONG,
                "has a run");
        refused(
                host.attach(right.replace(directory + "\"", "/absent\""), DISK),
                Reason.WRONG,
                "cannot be read");
        refused(host.attach(right, "no name"), Reason.WRONG, "no name that can be");
        refused(host.attach(right, "absent"), Reason.NO_DESCRIPTOR, "no keeper holds absent");
        assertThat(state()).isEmptyDirectory();
        assertThat(host.isEmpty()).isTrue();
        refused(host.status(ONE), Reason.UNKNOWN_VOLUME, "is not attached");
    }

    @Test
    void theSameAgainChangesNothingAndAnythingElseIsAConflict() throws IOException {
        attachOne();
        report(host.attach(description(ONE, 3), DISK));
        deposit("second");
        refused(host.attach(description(ONE, 3), "second"), Reason.CONFLICT, "another way");
        refused(host.attach(description(ONE, 4), DISK), Reason.CONFLICT, "another way");
        refused(host.attach(description(OTHER, 1), DISK), Reason.CONFLICT, "is the descriptor of");
        report(host.attach(description(OTHER, 1), "second"));
        assertThat(host.lines()).hasSize(2);
    }

    @Test
    void aVolumeWhosePodsAreAwayIsDetachedAtOnceAndNeverServedInALowerGeneration()
            throws IOException {
        attachOne();
        refused(host.detach(ONE, 2), Reason.CONFLICT, "attached in generation 3");
        long start = System.nanoTime();
        assertThat(host.detach(ONE, 3)).isEqualTo(new EngineAnswer.Detached(ONE.toString()));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        assertThat(host.detach(ONE, 3)).isEqualTo(new EngineAnswer.Detached(ONE.toString()));
        refused(host.attach(description(ONE, 2), DISK), Reason.STALE, "generation 3 was served");
        attachOne();
        assertThat(report(host.status(ONE)).engine())
                .satisfies(engine -> assertThat(engine).extracting("epoch").isEqualTo("3.2"));
    }

    @Test
    void aLaterProcessTakesUpWhatWasAskedFor() throws IOException {
        attachOne();
        refused(host.grow(ONE, SIZE / 2), Reason.WRONG, "cannot become");
        refused(host.grow(ONE, SIZE + 1), Reason.WRONG, "cannot become");
        refused(host.limit(ONE, 1), Reason.WRONG, "cannot be bounded");
        assertThat(report(host.grow(ONE, 2 * SIZE)).sizeBytes()).isEqualTo(2 * SIZE);
        restart();
        await().until(() -> report(host.status(ONE)).engine() != null);
        VolumeReport report = report(host.status(ONE));
        assertThat(report.sizeBytes()).isEqualTo(2 * SIZE);
        assertThat(report.generation()).isEqualTo(3);
        assertThat(report.engine()).extracting("epoch").isEqualTo("3.2");
        // Asked with the size that it had at first, as whoever asks has forgotten all.
        report(host.attach(description(ONE, 3), DISK));
    }

    @Test
    void aFencedVolumeStaysFencedAlsoInALaterProcessUntilItIsDetached() throws IOException {
        attachOne();
        refused(host.fenced(ONE, 3), Reason.CONFLICT, "attached in generation 3");
        assertThat(report(host.fenced(ONE, 4)).state()).isEqualTo(VolumeState.FENCED);
        restart();
        VolumeReport report = report(host.await(ONE, 10_000));
        assertThat(report.state()).isEqualTo(VolumeState.FENCED);
        assertThat(report.detail()).contains("generation 4");
        assertThat(report.engine()).isNull();
        host.detach(ONE, 3);
        refused(host.status(ONE), Reason.UNKNOWN_VOLUME, "");
    }

    @Test
    void aVolumeWithoutADescriptorWaitsForOneAndAnotherIsServed() throws IOException {
        attachOne();
        deposit("second");
        report(host.attach(description(OTHER, 1), "second"));
        host.close();
        new KeeperClient(directory.resolve("keeper.sock")).forget(new DescriptorName(DISK));
        host = host();
        await().until(() -> report(host.status(OTHER)).engine() != null);
        assertThat(report(host.status(ONE)).state()).isEqualTo(VolumeState.STARTING);
        assertThat(report(host.status(ONE)).detail()).contains("no keeper holds disk");
        deposit(DISK);
        await().until(() -> report(host.status(ONE)).engine() != null);
    }

    @Test
    void aDamagedFileKeepsOnlyItsOwnVolumeFromBeingServed() throws IOException {
        attachOne();
        deposit("second");
        report(host.attach(description(OTHER, 1), "second"));
        host.close();
        Path file = state().resolve(ONE + ".attachment");
        Files.writeString(file, Files.readString(file).replace("disk", "risk"));
        host = host();
        assertThat(host.damaged()).singleElement().asString().contains("is damaged");
        assertThat(host.lines()).singleElement().extracting("volume").isEqualTo(OTHER.toString());
        attachOne();
    }
}
