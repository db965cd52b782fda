package storage.dispersive.trials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import storage.dispersive.blockdevice.nbd.client.NbdClient;
import storage.dispersive.cli.lan.Lan;
import storage.dispersive.engine.EngineReport;

/**
 * The cables of any two of six pods are pulled out, all pairs in turn: reading and writing go on,
 * and when they are plugged in again, all comes back.
 *
 * <p>Tried: while reads waited for pods that were cut off until their sessions ended, some pair in
 * every run stalled one for 16 s.
 */
class UnpluggedIT {

    private static final long SEED = Long.getLong("trials.seed", new Random().nextLong());
    private static final String VOLUME = "disk";
    private static final int PODS = 6;
    private static final int PIECE_BYTES = 256 << 10;

    /** What is asserted: this machine may have much else to do. */
    private static final long MOST_STALL_MILLIS = 10_000;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Random random = new Random(SEED);
    private final List<ByteBuffer> pieces = new ArrayList<>();
    private TriedSan san;
    private NbdClient disk;

    @BeforeEach
    void attach() throws Exception {
        san = TriedSan.create();
        assumeThat(Lan.obstacle()).as("what is missing for hosts").isEmpty();
        san.run("up", "--isolation", "isolated").orFail();
        san.run("volume", "create", VOLUME, "--size", "32MiB").orFail();
        Path socket = san.attachNbd(VOLUME);
        disk = NbdClient.connect(socket, VOLUME);
    }

    @AfterEach
    void end() throws Exception {
        if (disk != null) {
            disk.close();
        }
        san.close();
    }

    @Test
    void anyTwoPodsMayBeUnpluggedWhileReadingAndWritingGoOn() throws Exception {
        Cables cables = new Cables(san.host("lan"), 0);
        List<List<String>> pairs = pairs();
        Collections.shuffle(pairs, random);
        writeNext();
        for (List<String> pair : pairs) {
            cables.unplug(pair);
            try {
                long start = System.nanoTime();
                writeNext();
                checkAll();
                long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
                assertThat(millis)
                        .as("without %s, seed %d", pair, SEED)
                        .isLessThan(MOST_STALL_MILLIS);
            } finally {
                cables.plugIn(pair);
            }
            awaitAllUp(pair);
        }
    }

    private void writeNext() throws IOException {
        byte[] bytes = new byte[PIECE_BYTES];
        random.nextBytes(bytes);
        disk.write((long) pieces.size() * PIECE_BYTES, ByteBuffer.wrap(bytes));
        pieces.add(ByteBuffer.wrap(bytes));
    }

    private void checkAll() throws IOException {
        ByteBuffer back = ByteBuffer.allocate(PIECE_BYTES);
        for (int i = 0; i < pieces.size(); i++) {
            disk.read((long) i * PIECE_BYTES, back.clear());
            assertThat(back.flip()).as("piece %d, seed %d", i, SEED).isEqualTo(pieces.get(i));
        }
    }

    private void awaitAllUp(List<String> pair) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> {
                    EngineReport report = san.engineReport(VOLUME);
                    assertThat(report.portions())
                            .as("after %s were plugged in, seed %d", pair, SEED)
                            .allMatch(portion -> portion.state().equals("UP"));
                    assertThat(report.connections())
                            .hasSize(2 * PODS)
                            .allMatch(connection -> connection.state().equals("OPEN"));
                });
    }

    private static List<List<String>> pairs() {
        List<List<String>> pairs = new ArrayList<>();
        for (int one = 0; one < PODS; one++) {
            for (int other = one + 1; other < PODS; other++) {
                pairs.add(List.of("pod-" + one, "pod-" + other));
            }
        }
        return pairs;
    }
}
