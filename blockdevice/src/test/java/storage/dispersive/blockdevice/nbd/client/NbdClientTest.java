package storage.dispersive.blockdevice.nbd.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import storage.dispersive.blockdevice.MemoryDisk;
import storage.dispersive.blockdevice.nbd.NbdExport;
import storage.dispersive.blockdevice.nbd.NbdServer;
import storage.dispersive.blockdevice.nbd.protocol.NbdErrno;
import storage.dispersive.disk.DiskError;

@Timeout(60)
class NbdClientTest {

    private static final int SIZE_BYTES = 16 << 20;
    private static final long SEED = 20_241;

    @TempDir Path directory;
    private final MemoryDisk disk = MemoryDisk.answeringLate(SIZE_BYTES, SEED, 300);

    @SuppressWarnings("NullAway.Init")
    private NbdServer server;

    @SuppressWarnings("NullAway.Init")
    private NbdClient client;

    @BeforeEach
    void connect() throws IOException {
        Path socket = directory.resolve("nbd.sock");
        server = NbdServer.start(socket, List.of(new NbdExport("disk", "", disk)));
        client = NbdClient.connect(socket, "disk");
    }

    @AfterEach
    void disconnect() throws IOException {
        client.close();
        await().until(() -> server.connections() == 0);
        assertThat(server.bufferBytesInUse()).isZero();
        server.close();
        disk.close();
    }

    @Test
    void itKnowsTheSizes() {
        assertThat(client.sizeBytes()).isEqualTo(SIZE_BYTES);
        assertThat(client.export().minBlockBytes()).isEqualTo(512);
        assertThat(client.export().maxPayloadBytes()).isEqualTo(32 << 20);
    }

    @Test
    void whatSeveralThreadsWriteAndZeroIsWhatTheyRead() throws Exception {
        int threads = 4;
        int share = SIZE_BYTES / threads;
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Future<Void>> ends = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int start = i * share;
                Callable<Void> work = () -> writeZeroAndRead(start, share, SEED + start);
                ends.add(pool.submit(work));
            }
            for (Future<Void> end : ends) {
                end.get();
            }
        }
        int flushesBefore = disk.flushes();
        client.flush();
        assertThat(disk.flushes()).isEqualTo(flushesBefore + 1);
    }

    private @org.jspecify.annotations.Nullable Void writeZeroAndRead(
            int start, int share, long seed) throws IOException {
        Random random = new Random(seed);
        byte[] model = new byte[share];
        for (int i = 0; i < 150; i++) {
            int sectors = 1 + random.nextInt(random.nextInt(20) == 0 ? 5000 : 100);
            int length = Math.min(sectors * 512, share);
            int offset = random.nextInt((share - length) / 512 + 1) * 512;
            switch (random.nextInt(3)) {
                case 0 -> {
                    byte[] data = new byte[length];
                    random.nextBytes(data);
                    client.write((long) start + offset, ByteBuffer.wrap(data));
                    System.arraycopy(data, 0, model, offset, length);
                }
                case 1 -> {
                    client.zero((long) start + offset, length);
                    Arrays.fill(model, offset, offset + length, (byte) 0);
                }
                default -> {
                    ByteBuffer read = ByteBuffer.allocateDirect(length);
                    client.read((long) start + offset, read);
                    assertThat(read.flip().mismatch(ByteBuffer.wrap(model, offset, length)))
                            .as("seed %d, request %d", seed, i)
                            .isEqualTo(-1);
                }
            }
        }
        return null;
    }

    @Test
    void errorsAreThoseOfTheServerAndTheConnectionGoesOn() throws IOException {
        disk.failWith(() -> Optional.of(DiskError.NO_SPACE));
        assertThatThrownBy(() -> client.write(0, ByteBuffer.allocate(3 << 20)))
                .isInstanceOfSatisfying(
                        NbdException.class, e -> assertThat(e.errno()).isEqualTo(NbdErrno.ENOSPC));
        disk.failWith(Optional::empty);
        client.write(0, ByteBuffer.allocate(3 << 20));
        assertThatThrownBy(() -> client.read(SIZE_BYTES, ByteBuffer.allocate(512)))
                .isInstanceOfSatisfying(
                        NbdException.class, e -> assertThat(e.errno()).isEqualTo(NbdErrno.EINVAL));
    }

    @Test
    void anUnknownExportIsNotFound() {
        assertThatThrownBy(
                        () -> NbdClient.connect(directory.resolve("nbd.sock"), "another").close())
                .isInstanceOf(FileNotFoundException.class);
    }

    @Test
    void aLostServerFailsWhatIsInFlightAndWhatComesLater() throws Exception {
        server.close();
        assertThatThrownBy(client::flush).isInstanceOf(IOException.class);
        CompletableFuture<Void> later = client.zeroAsync(0, 512);
        assertThatThrownBy(later::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(IOException.class);
    }

    @Test
    void manyMoreRequestsThanItsPlacesAllEnd() {
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            all.add(client.writeAsync(i * 4096L, ByteBuffer.allocate(4096)));
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
    }

    @Test
    void closeIsIdempotentAndLaterCallsFail() {
        client.close();
        client.close();
        assertThatThrownBy(client::flush).isInstanceOf(IOException.class);
    }
}
