package storage.dispersive.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import storage.dispersive.blockdevice.nbd.client.NbdClient;
import storage.dispersive.blockdevice.nbd.client.NbdException;
import storage.dispersive.blockdevice.nbd.protocol.NbdErrno;
import storage.dispersive.cli.san.OwnedProcess;

/**
 * Limb 6 of the first issue: a second attach fences the first, which acknowledges nothing that the
 * second does not hold.
 */
class SecondAttachIT {

    private static final String VOLUME = "disk";
    private static final int WRITES = 500;
    private static final long SEED = Long.getLong("trials.seed", new Random().nextLong());
    private static final List<String> TWO_PODS = List.of("pod-1", "pod-4");

    private final BlockHistory history = new BlockHistory();
    private TriedSan san;
    private Path first;

    @BeforeEach
    void attachOnce() throws Exception {
        san = TriedSan.create();
        san.upWithSmallSegments();
        san.run("volume", "create", VOLUME, "--size", "16MiB").orFail();
        first = san.attachNbd(VOLUME);
    }

    @AfterEach
    void endAll() throws Exception {
        san.close();
    }

    @Test
    void aSecondAttachFencesTheFirst() throws Exception {
        try (PipelinedWriter writer = PipelinedWriter.start(first, history, SEED)) {
            writer.awaitAcknowledged(WRITES);
            Path second = san.attachNbd(VOLUME, "--take-over");
            checkThatTheFirstIsFenced(writer, second);
        }
    }

    @Test
    void aSecondAttachFencesTheFirstWhileNeitherReachesTwoPods() throws Exception {
        try (PipelinedWriter writer = PipelinedWriter.start(first, history, SEED)) {
            writer.awaitAcknowledged(WRITES);
            TWO_PODS.forEach(pod -> process(pod).kill());
            writer.awaitAcknowledged(WRITES);
            Path second = san.attachNbd(VOLUME, "--take-over");
            checkThatTheFirstIsFenced(writer, second);
            san.run("up").orFail();
            assertThat(settle(second)).as("with all pods back, seed %d", SEED).isEmpty();
        }
    }

    /** What the first engine has sent to them arrives when the second serves already. */
    @Test
    void aSecondAttachFencesTheFirstWhoseAppendsArriveLateAtTwoPods() throws Exception {
        try (PipelinedWriter writer = PipelinedWriter.start(first, history, SEED)) {
            writer.awaitAcknowledged(WRITES);
            List<StoppedProcess> stopped = new ArrayList<>();
            Path second;
            try {
                for (String pod : TWO_PODS) {
                    stopped.add(StoppedProcess.stop(process(pod)));
                }
                second = san.attachNbd(VOLUME, "--take-over");
            } finally {
                stopped.forEach(StoppedProcess::close);
            }
            checkThatTheFirstIsFenced(writer, second);
        }
    }

    private OwnedProcess process(String pod) {
        return san.pod(pod).orElseThrow();
    }

    private void checkThatTheFirstIsFenced(PipelinedWriter writer, Path second) throws Exception {
        ByteBuffer atOnce = TriedSan.contents(second);
        assertThat(writer.awaitFailure())
                .as("the first engine still answers, with an error")
                .isInstanceOfSatisfying(
                        NbdException.class, e -> assertThat(e.errno()).isEqualTo(NbdErrno.EIO));
        assertThat(second).isNotEqualTo(first);
        assertThat(errorOfWrite(first)).isEqualTo(NbdErrno.EIO);
        assertThat(log(1)).contains("fenced by");
        ByteBuffer later = TriedSan.contents(second);
        assertThat(later.mismatch(atOnce))
                .as("what the first did later, seed %d", SEED)
                .isEqualTo(-1);
        assertThat(settle(second)).as("acknowledged by the first, seed %d", SEED).isEmpty();
        try (PipelinedWriter next = PipelinedWriter.start(second, history, SEED + 1)) {
            next.awaitAcknowledged(WRITES);
            assertThat(errorOfWrite(first)).isEqualTo(NbdErrno.EIO);
            next.finish();
        }
        assertThat(settle(second)).as("acknowledged by the second, seed %d", SEED).isEmpty();
    }

    private List<String> settle(Path socket) throws Exception {
        return history.settle(TriedSan.contents(socket));
    }

    private static NbdErrno errorOfWrite(Path socket) throws Exception {
        try (NbdClient client = NbdClient.connect(socket, "")) {
            client.write(0, ByteBuffer.allocate(BlockHistory.BLOCK_BYTES));
            return NbdErrno.NONE;
        } catch (NbdException e) {
            return e.errno();
        }
    }

    private String log(long generation) throws Exception {
        OwnedProcess engine = san.engine(VOLUME, generation).orElseThrow();
        return Files.readString(engine.directory().resolve("log"));
    }
}
