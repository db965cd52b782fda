package storage.dispersive.trials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import storage.dispersive.blockdevice.nbd.client.NbdClient;
import storage.dispersive.cli.san.ExternalProgram;
import storage.dispersive.cli.san.OwnedProcess;
import storage.dispersive.linux.UserId;

/** What was made zeros stays zeros when the engine is killed right after it said so. */
class DiscardIT {

    private static final int SIZE_BYTES = 16 << 20;
    private static final int ZEROED_AT = 4 << 20;
    private static final int ZEROED_BYTES = 8 << 20;

    private static TriedSan san;

    private final long seed = Long.getLong("dispersive.seed", System.nanoTime());

    @BeforeAll
    static void start() throws IOException {
        san = TriedSan.create();
        san.run("up").orFail();
    }

    @AfterAll
    static void end() throws IOException {
        san.close();
    }

    @Test
    void zerosThatAnNbdClientWroteOutliveAKill() throws IOException {
        ByteBuffer content = content();
        create("by-nbd");
        try (NbdClient client = NbdClient.connect(attach("by-nbd", "nbd"), "by-nbd")) {
            client.write(0, content.duplicate());
            client.zero(ZEROED_AT, ZEROED_BYTES);
            killEngine("by-nbd");
        }
        try (NbdClient client = NbdClient.connect(attach("by-nbd", "nbd"), "by-nbd")) {
            ByteBuffer back = ByteBuffer.allocateDirect(SIZE_BYTES);
            client.read(0, back);
            isZeroedInTheMiddle(back.flip(), content);
        }
    }

    @Test
    void zerosOfBlkdiscardOutliveAKill() throws IOException {
        boolean canAttach = UserId.effective().isRoot() && Files.exists(Path.of("/dev/fuse"));
        assumeTrue(
                canAttach || "true".equals(System.getenv("CI")),
                "a loop device over FUSE needs root and /dev/fuse");
        ByteBuffer content = content();
        create("by-fuse");
        Path device = attach("by-fuse", "fuse");
        try (FileChannel disk = FileChannel.open(device, StandardOpenOption.WRITE)) {
            ByteBuffer from = content.duplicate();
            while (from.hasRemaining()) {
                disk.write(from);
            }
            disk.force(false);
        }
        ExternalProgram.run(
                List.of(
                        "blkdiscard",
                        "-z",
                        "--offset",
                        Integer.toString(ZEROED_AT),
                        "--length",
                        Integer.toString(ZEROED_BYTES),
                        device.toString()));
        killEngine("by-fuse");
        assertThat(attach("by-fuse", "fuse")).isEqualTo(device);
        isZeroedInTheMiddle(readPastThePageCache(device), content);
    }

    /** The page cache would give back what it had before the kill. */
    private static ByteBuffer readPastThePageCache(Path device) throws IOException {
        Path copy = Files.createTempFile("device", ".copy");
        try {
            ExternalProgram.run(
                    List.of("dd", "if=" + device, "of=" + copy, "bs=1M", "iflag=direct"));
            return ByteBuffer.wrap(Files.readAllBytes(copy));
        } finally {
            Files.delete(copy);
        }
    }

    private static void create(String volume) throws IOException {
        san.run("volume", "create", volume, "--size", Integer.toString(SIZE_BYTES)).orFail();
    }

    private static Path attach(String volume, String face) throws IOException {
        return Path.of(san.run("volume", "attach", volume, "--face", face).lastLine());
    }

    private static void killEngine(String volume) {
        Path engine = san.home().resolve("volumes").resolve(volume).resolve("engine-1");
        OwnedProcess.find(engine).orElseThrow().kill();
    }

    private ByteBuffer content() {
        byte[] bytes = new byte[SIZE_BYTES];
        new Random(seed).nextBytes(bytes);
        return ByteBuffer.allocateDirect(SIZE_BYTES).put(bytes).flip();
    }

    private void isZeroedInTheMiddle(ByteBuffer back, ByteBuffer content) {
        ByteBuffer expected = ByteBuffer.allocate(SIZE_BYTES).put(content.duplicate()).flip();
        expected.put(ZEROED_AT, new byte[ZEROED_BYTES]);
        assertThat(back.mismatch(expected)).as("seed %d: first wrong byte", seed).isEqualTo(-1);
    }
}
