package storage.dispersive.blockdevice.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import storage.dispersive.blockdevice.MemoryDisk;
import storage.dispersive.blockdevice.nbd.client.NbdClient;
import storage.dispersive.blockdevice.nbd.protocol.NbdCommand;
import storage.dispersive.blockdevice.nbd.protocol.NbdOption;
import storage.dispersive.blockdevice.nbd.protocol.NbdWire;

/**
 * Rubbish at every stage of the protocol. The server must go on, keep no buffer, and serve another
 * connection undisturbed all the while.
 */
@Timeout(60)
class NbdFuzzTest {

    private static final long SECONDS = 4;
    private static final int SIZE_BYTES = 1 << 20;

    @TempDir Path directory;

    @Test
    void rubbishInTheHandshakeHurtsNobody() throws IOException {
        fuzz(0x5eed_0001L, (socket, random) -> new RawClient(socket), NbdFuzzTest::handshake);
    }

    @Test
    void rubbishInTransmissionHurtsNobody() throws IOException {
        fuzz(
                0x5eed_0002L,
                (socket, random) -> RawClient.transmitting(socket),
                NbdFuzzTest::requests);
    }

    @Test
    void pureNoiseHurtsNobody() throws IOException {
        fuzz(
                0x5eed_0003L,
                (socket, random) ->
                        random.nextBoolean()
                                ? RawClient.greeted(socket)
                                : RawClient.transmitting(socket),
                NbdFuzzTest::noise);
    }

    private interface Start {
        RawClient connect(Path socket, Random random) throws IOException;
    }

    private interface Speech {
        byte[] make(Random random) throws IOException;
    }

    private void fuzz(long firstSeed, Start start, Speech speech) throws IOException {
        Path socket = directory.resolve("nbd.sock");
        try (MemoryDisk disk = MemoryDisk.answeringLate(SIZE_BYTES, firstSeed, 200);
                NbdServer server =
                        NbdServer.start(socket, List.of(new NbdExport("disk", "", disk)))) {
            long rounds = 0;
            try (NbdClient bystander = NbdClient.connect(socket, "disk")) {
                long end = System.nanoTime() + SECONDS * 1_000_000_000;
                while (System.nanoTime() < end) {
                    speak(socket, start, speech, firstSeed + rounds);
                    if (rounds % 16 == 0) {
                        bystander.write(0, ByteBuffer.allocate(4096));
                        bystander.read(0, ByteBuffer.allocate(8192));
                    }
                    rounds++;
                }
                await().untilAsserted(() -> assertThat(server.connections()).isEqualTo(1));
            } catch (IOException | RuntimeException e) {
                throw new AssertionError("seed " + (firstSeed + rounds), e);
            }
            await().untilAsserted(() -> assertThat(server.connections()).isZero());
            assertThat(server.bufferBytesInUse()).isZero();
            assertThat(rounds).isGreaterThan(50);
        }
    }

    private static void speak(Path socket, Start start, Speech speech, long seed)
            throws IOException {
        Random random = new Random(seed);
        try (RawClient client = start.connect(socket, random)) {
            byte[] speechBytes = mangle(speech.make(random), random);
            try {
                client.send(ByteBuffer.wrap(speechBytes).position(speechBytes.length));
                if (random.nextInt(4) != 0) {
                    client.endSending();
                    client.isHungUp();
                }
            } catch (IOException e) {
                // the server has hung up already, as it may
            }
        }
    }

    /** Leaves it alone, flips bits, cuts the end off, or puts extreme numbers in. */
    private static byte[] mangle(byte[] bytes, Random random) {
        byte[] result = bytes.clone();
        switch (random.nextInt(4)) {
            case 0 -> {
                for (int i = 0; i < 1 + random.nextInt(8); i++) {
                    result[random.nextInt(result.length)] ^= (byte) (1 << random.nextInt(8));
                }
            }
            case 1 -> result = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length));
            case 2 -> {
                int[] extremes = {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 0, 1 << 25};
                int at = random.nextInt(Math.max(1, result.length - 4));
                if (result.length >= at + 4) {
                    ByteBuffer.wrap(result).putInt(at, extremes[random.nextInt(5)]);
                }
            }
            default -> {}
        }
        return result;
    }

    private static byte[] noise(Random random) {
        byte[] bytes = new byte[1 + random.nextInt(5000)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] handshake(Random random) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(ByteBuffer.allocate(4).putInt(random.nextInt(4)).array());
        for (int i = 0; i < 1 + random.nextInt(6); i++) {
            byte[] data =
                    switch (random.nextInt(4)) {
                        case 0 -> new byte[0];
                        case 1 -> noise(random);
                        default -> RawClient.query(random.nextBoolean() ? "disk" : "", 3, 0, 1);
                    };
            int option = random.nextInt(12);
            if (option == NbdOption.EXPORT_NAME.code() && random.nextBoolean()) {
                data = new byte[0];
            }
            out.write(
                    ByteBuffer.allocate(NbdWire.OPTION_HEADER_BYTES)
                            .putLong(NbdWire.OPTION_MAGIC)
                            .putInt(option)
                            .putInt(data.length)
                            .array());
            out.write(data);
        }
        return out.toByteArray();
    }

    private static byte[] requests(Random random) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < 1 + random.nextInt(40); i++) {
            int command = random.nextInt(9);
            int flags = random.nextInt(3) == 0 ? random.nextInt(1 << 16) : 0;
            int length = random.nextInt(64) * 512 + (random.nextInt(8) == 0 ? 7 : 0);
            long offset =
                    random.nextInt(8) == 0 ? random.nextLong() : random.nextInt(1 << 11) * 512L;
            out.write(RawClient.request(command, flags, random.nextLong(), offset, length).array());
            if (command == NbdCommand.WRITE.code()) {
                out.write(new byte[length]);
            }
        }
        return out.toByteArray();
    }
}
