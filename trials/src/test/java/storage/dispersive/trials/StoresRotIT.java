package storage.dispersive.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import storage.dispersive.blockdevice.nbd.client.NbdClient;

/** Bits flip in the stores of as many pods as may be lost: reads find it, and are right. */
class StoresRotIT {

    private static final String VOLUME = "rotting";
    private static final int WRITTEN_BYTES = 8 << 20;
    private static final int FLIPS_PER_FILE = 100;
    private static final int SMALL_WRITES = 60;
    private static final int SMALL_READS = 100;
    private static final int SECTOR_BYTES = 512;
    private static final List<String> ROTTING_PODS = List.of("pod-1", "pod-4");
    private static final Pattern RECONSTRUCTED = Pattern.compile("\"reconstructedReads\" : (\\d+)");

    private final long seed = Long.getLong("dispersive.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final ByteBuffer written = ByteBuffer.allocateDirect(WRITTEN_BYTES);
    private TriedSan san;

    @BeforeEach
    void write() throws IOException {
        byte[] content = new byte[WRITTEN_BYTES];
        random.nextBytes(content);
        written.put(content).flip();
        san = TriedSan.create();
        san.run("up").orFail();
        san.run("volume", "create", VOLUME, "--size", "32MiB").orFail();
        try (NbdClient client = NbdClient.connect(attach(), VOLUME)) {
            client.write(0, written.duplicate());
            // Many small stripes too, so that headers are hit as well as payloads.
            for (int i = 0; i < SMALL_WRITES; i++) {
                int at = random.nextInt(WRITTEN_BYTES / 4096) * 4096;
                random.nextBytes(content);
                written.put(at, content, 0, 4096);
                client.write(at, written.slice(at, 4096));
            }
            client.flush();
        }
    }

    @AfterEach
    void end() throws IOException {
        san.close();
    }

    @Test
    void flippedBitsOfTwoStoresAreFoundAndReadsAreRight() throws IOException {
        flipBits();
        readsAreRight("bits flipped while the engine and all pods ran");
        assertThat(reconstructedReads()).as("seed %d", seed).isPositive();

        san.run("volume", "detach", VOLUME).orFail();
        san.run("down").orFail();
        flipBits();
        san.run("up").orFail();
        attach();
        readsAreRight("bits flipped while everything was down");
        assertThat(reconstructedReads()).as("seed %d", seed).isPositive();
    }

    private Path attach() throws IOException {
        return san.attachNbd(VOLUME);
    }

    private Path socket() throws IOException {
        Matcher device =
                Pattern.compile("\"device\" : \"([^\"]+)\"")
                        .matcher(san.run("status", "-o", "json").orFail());
        assertThat(device.find()).isTrue();
        return Path.of(device.group(1));
    }

    private void readsAreRight(String when) throws IOException {
        try (NbdClient client = NbdClient.connect(socket(), VOLUME)) {
            ByteBuffer whole = ByteBuffer.allocateDirect(WRITTEN_BYTES);
            client.read(0, whole);
            int different = whole.flip().mismatch(written);
            assertThat(different).as("%s, seed %d: first wrong byte", when, seed).isEqualTo(-1);
            for (int i = 0; i < SMALL_READS; i++) {
                int at = random.nextInt(WRITTEN_BYTES / 4096) * 4096;
                ByteBuffer block = ByteBuffer.allocateDirect(4096);
                client.read(at, block);
                assertThat(block.flip().mismatch(written.slice(at, 4096)))
                        .as("%s, seed %d: first wrong byte at %d", when, seed, at)
                        .isEqualTo(-1);
            }
        }
    }

    private long reconstructedReads() throws IOException {
        Matcher told = RECONSTRUCTED.matcher(san.run("status", "-o", "json").orFail());
        assertThat(told.find()).isTrue();
        return Long.parseLong(told.group(1));
    }

    private void flipBits() throws IOException {
        for (String pod : ROTTING_PODS) {
            List<Path> segments = StoreFiles.of(san, pod).segments();
            assertThat(segments).isNotEmpty();
            for (Path segment : segments) {
                flipBits(segment);
            }
        }
    }

    private void flipBits(Path segment) throws IOException {
        try (FileChannel file =
                FileChannel.open(segment, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long used = usedBytes(file);
            ByteBuffer one = ByteBuffer.allocate(1);
            for (int i = 0; i < FLIPS_PER_FILE; i++) {
                long at = random.nextLong(used);
                file.read(one.clear(), at);
                one.put(0, (byte) (one.get(0) ^ 1 << random.nextInt(Byte.SIZE)));
                file.write(one.clear(), at);
            }
            file.force(false);
        }
    }

    /** Through the last sector that holds anything. */
    private static long usedBytes(FileChannel file) throws IOException {
        ByteBuffer sector = ByteBuffer.allocate(SECTOR_BYTES);
        ByteBuffer zeros = ByteBuffer.allocate(SECTOR_BYTES);
        long end = file.size();
        while (end >= SECTOR_BYTES) {
            file.read(sector.clear(), end - SECTOR_BYTES);
            if (!sector.flip().equals(zeros.clear())) {
                return end;
            }
            end -= SECTOR_BYTES;
        }
        throw new AssertionError("nothing is in this segment");
    }
}
