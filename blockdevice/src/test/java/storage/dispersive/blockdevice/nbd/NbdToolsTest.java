package storage.dispersive.blockdevice.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import storage.dispersive.blockdevice.MemoryDisk;

/** The server against the clients that people use, as Debian packages them. */
@Timeout(120)
class NbdToolsTest {

    private static final int SIZE_BYTES = 24 << 20;
    private static final long SEED = 77;

    @TempDir Path directory;
    private final MemoryDisk disk = MemoryDisk.answeringLate(SIZE_BYTES, SEED, 200);
    private String uri = "";

    @SuppressWarnings("NullAway.Init")
    private NbdServer server;

    @BeforeEach
    void serve() throws IOException {
        Path socket = directory.resolve("nbd.sock");
        server = NbdServer.start(socket, List.of(new NbdExport("disk", "a test", disk)));
        uri = "nbd+unix:///disk?socket=" + socket;
    }

    @AfterEach
    void stopAndCountBuffers() throws IOException {
        await().untilAsserted(() -> assertThat(server.connections()).isZero());
        assertThat(server.bufferBytesInUse()).isZero();
        server.close();
        disk.close();
    }

    @Test
    void nbdinfoShowsWhatIsOffered() throws Exception {
        assertThat(new Tool("nbdinfo").run(directory, uri))
                .contains(
                        "newstyle-fixed",
                        "export=\"disk\"",
                        "description: a test",
                        "export-size: " + SIZE_BYTES,
                        "is_read_only: false",
                        "can_fast_zero: true",
                        "can_flush: true",
                        "can_fua: true",
                        "can_multi_conn: true",
                        "can_trim: true",
                        "can_zero: true",
                        "block_size_minimum: 512",
                        "block_size_preferred: 4096",
                        "block_size_maximum: 33554432");
        assertThat(new Tool("nbdinfo").run(directory, "--list", uri)).contains("export=\"disk\"");
    }

    @Test
    void nbdcopyBringsBackWhatItTook() throws Exception {
        Path image = sparseImage();
        Path copy = directory.resolve("copy");
        new Tool("nbdcopy").run(directory, "--flush", image.toString(), uri);
        assertDiskHolds(image);
        new Tool("nbdcopy").run(directory, uri, copy.toString());
        assertThat(Files.mismatch(image, copy)).isEqualTo(-1);
    }

    @Test
    void qemuConvertsToItAndFindsTheImagesIdentical() throws Exception {
        Path image = sparseImage();
        Tool qemu = new Tool("qemu-img");
        qemu.run(directory, "convert", "-n", "-f", "raw", "-O", "raw", image.toString(), uri);
        assertDiskHolds(image);
        String verdict =
                qemu.run(directory, "compare", "-f", "raw", "-F", "raw", image.toString(), uri);
        assertThat(verdict).contains("Images are identical");
    }

    @Test
    void nbdshSeesDataZerosAndErrorsAsTheProtocolHasThem() throws Exception {
        String script =
                """
                import errno
                h.set_strict_mode(0)
                h.set_export_name("disk")
                h.connect_uri("%s")
                def refused(call):
                    try:
                        call()
                    except nbd.Error as e:
                        return e.errnum
                    raise AssertionError("no error")
                h.pwrite(b"x" * 8192, 4096, nbd.CMD_FLAG_FUA)
                h.zero(4096, 4096, nbd.CMD_FLAG_NO_HOLE)
                h.zero(512, 8192, nbd.CMD_FLAG_FAST_ZERO)
                assert h.pread(8192, 4096) == bytes(4608) + b"x" * 3584
                h.trim(3584, 8704)
                assert h.pread(4096, 8192) == bytes(4096)
                h.flush()
                assert refused(lambda: h.pread(512, 1)) == errno.EINVAL
                assert refused(lambda: h.pwrite(b"x" * 100, 0)) == errno.EINVAL
                assert refused(lambda: h.pwrite(b"x" * 512, %d)) == errno.ENOSPC
                assert refused(lambda: h.pread(512, %d)) == errno.EINVAL
                assert refused(lambda: h.cache(512, 0)) == errno.EINVAL
                cookies = [h.aio_pwrite(nbd.Buffer.from_bytearray(bytearray([i] * 4096)), i * 4096)
                           for i in range(200)]
                while h.aio_in_flight() > 0:
                    h.poll(-1)
                for i in range(200):
                    assert h.pread(4096, i * 4096) == bytes([i] * 4096)
                print("all is well")
                """
                        .formatted(uri, SIZE_BYTES, SIZE_BYTES);
        Path file = Files.writeString(directory.resolve("script.py"), script);
        String said =
                new Tool("nbdsh")
                        .run(directory, "-c", "exec(open('" + file + "').read(), globals())");
        assertThat(said).contains("all is well");
    }

    @Test
    void fioReadsBackWhatItWroteAtRandom() throws Exception {
        new Tool("fio")
                .run(
                        directory,
                        "--name=verify",
                        "--ioengine=nbd",
                        "--uri=" + uri,
                        "--rw=randwrite",
                        "--bsrange=512-128k",
                        "--bs_unaligned=0",
                        "--iodepth=16",
                        "--size=" + SIZE_BYTES,
                        "--verify=crc32c",
                        "--verify_fatal=1",
                        "--randseed=" + SEED);
    }

    private Path sparseImage() throws IOException {
        byte[] bytes = new byte[SIZE_BYTES];
        Random random = new Random(SEED);
        byte[] piece = new byte[64 << 10];
        for (int i = 0; i < 100; i++) {
            random.nextBytes(piece);
            int at = random.nextInt((SIZE_BYTES - piece.length) / 512) * 512;
            System.arraycopy(piece, 0, bytes, at, piece.length);
        }
        return Files.write(directory.resolve("image"), bytes);
    }

    private void assertDiskHolds(Path image) throws IOException {
        MemorySegment expected = MemorySegment.ofArray(Files.readAllBytes(image));
        assertThat(disk.content().mismatch(expected)).isEqualTo(-1);
    }
}
