package storage.dispersive.blockdevice.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import storage.dispersive.blockdevice.loop.LoopDevice;
import storage.dispersive.blockdevice.loop.SectorSize;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.linux.keeper.DescriptorKeeper;
import storage.dispersive.linux.keeper.DescriptorName;
import storage.dispersive.linux.keeper.KeeperClient;

/** A killed server's successor goes on without an I/O error. Needs root and Linux 6.9. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TakeoverTest {

    private static final long DISK_BYTES = 96L << 20;
    private static final DescriptorName NAME = new DescriptorName("disk-1");
    private static final int KILLS = 6;

    private final List<Process> processes = new ArrayList<>();
    private Optional<ServedDisk> mounted = Optional.empty();
    private final List<AutoCloseable> closing = new ArrayList<>();

    @BeforeEach
    void rootAndAKernelAreNeeded() {
        RootRequired.check();
        Assumptions.assumeTrue(FuseSession.isTakeoverAvailable(), "needs Linux 6.9");
    }

    @AfterEach
    void takeDown() throws Exception {
        processes.forEach(Process::destroyForcibly);
        // Requests that nobody serves would keep their processes from dying.
        if (mounted.isPresent()) {
            mounted.get().mount.abort();
        }
        for (Process process : processes) {
            process.waitFor();
        }
        for (AutoCloseable each : closing.reversed()) {
            each.close();
        }
    }

    private <T extends AutoCloseable> T closeLater(T closeable) {
        closing.add(closeable);
        return closeable;
    }

    /** A running server, and what it answers on its standard output. */
    private record Server(Process process, BufferedReader output) {

        long resent() throws IOException {
            process.getOutputStream().write('?');
            process.getOutputStream().flush();
            return Long.parseLong(String.valueOf(output.readLine()));
        }
    }

    private Server start(Path socket, Path data, String mode) throws IOException {
        List<String> command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        AdoptingServerMain.class.getName(),
                        socket.toString(),
                        NAME.value(),
                        data.toString(),
                        Long.toString(DISK_BYTES),
                        mode);
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        processes.add(process);
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        assertThat(output.readLine()).isEqualTo("serving");
        return new Server(process, output);
    }

    /** Mounts and deposits the descriptor, served by nobody yet. */
    private ServedDisk mountAndDeposit(Path socket) throws IOException {
        closeLater(DescriptorKeeper.start(socket));
        KeeperClient client = new KeeperClient(socket);
        ServedDisk disk =
                ServedDisk.mount(descriptor -> {
                    client.deposit(NAME, descriptor);
                    descriptor.close();
                    return () -> {};
                });
        mounted = Optional.of(disk);
        return closeLater(disk);
    }

    private Path scratch() throws IOException {
        Path directory = Files.createTempDirectory(Path.of("/dev/shm"), "fuse-test-");
        closeLater(() -> Files.delete(directory));
        Path data = directory.resolve("data");
        closeLater(() -> Files.deleteIfExists(data));
        closeLater(() -> Files.deleteIfExists(directory.resolve("fio.state")));
        return directory;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void killsUnderVerifiedLoadShowNoError(long seed) throws Exception {
        RootRequired.program("fio");
        Random random = new Random(seed);
        Path scratch = scratch();
        Path socket = scratch.resolve("keeper");
        Path data = scratch.resolve("data");
        ServedDisk disk = mountAndDeposit(socket);
        Server server = start(socket, data, "serve");
        LoopDevice device = disk.attach(SectorSize.BYTES_512);
        Process fio = startFio(device, seed);
        long resent = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            int pauseMillis = 20 + random.nextInt(150);
            fio.waitFor(pauseMillis, TimeUnit.MILLISECONDS);
            resent += server.resent();
            server.process().destroyForcibly().waitFor();
            server = start(socket, data, "adopt");
        }
        String output = new String(fio.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(fio.waitFor()).as("seed %s: %s", seed, output).isZero();
        assertThat(output).as("seed %s", seed).contains("err= 0");
        assertThat(resent).as("seed %s: requests were in work when killed", seed).isPositive();
        // Before the server goes, since detaching syncs.
        device.detach();
    }

    private Process startFio(LoopDevice device, long seed) throws IOException {
        Process fio =
                new ProcessBuilder(
                                "fio",
                                "--name=killed",
                                "--filename=" + device.path(),
                                "--direct=1",
                                "--ioengine=libaio",
                                "--iodepth=16",
                                "--rw=randwrite",
                                "--bsrange=512-1024k",
                                "--blockalign=512",
                                "--verify=crc32c",
                                "--verify_fatal=1",
                                "--verify_backlog=256",
                                "--serialize_overlap=1",
                                "--verify_state_save=0",
                                "--randseed=" + seed,
                                "--size=" + DISK_BYTES,
                                "--time_based",
                                "--runtime=6")
                        .redirectErrorStream(true)
                        .directory(Path.of("/dev/shm").toFile())
                        .start();
        processes.add(fio);
        return fio;
    }

    @Test
    void whatWasReadAndNotAnsweredIsSentAgain() throws Exception {
        Path scratch = scratch();
        ServedDisk disk = mountAndDeposit(scratch.resolve("keeper"));
        KeeperClient client = new KeeperClient(scratch.resolve("keeper"));
        HoldingDisk holding = new HoldingDisk(DISK_BYTES);
        FuseSettings impatient = new FuseSettings(1, 4, 1 << 20, 0);
        FuseSession first = FuseSession.serve(client.fetch(NAME).orElseThrow(), holding, impatient);
        closeLater(first);
        Process reader =
                new ProcessBuilder(
                                "dd",
                                "if=" + disk.file(),
                                "of=/dev/null",
                                "bs=1M",
                                "count=1",
                                "iflag=direct")
                        .redirectErrorStream(true)
                        .start();
        processes.add(reader);
        holding.awaitRead();
        assertThat(first.stop()).as("all answered").isFalse();
        FuseSession second =
                FuseSession.adopt(
                        client.fetch(NAME).orElseThrow(), new MemoryDisk(DISK_BYTES), impatient);
        closeLater(second);
        String output = new String(reader.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(reader.waitFor()).as(output).isZero();
        assertThat(second.status().resent()).isEqualTo(1);
        // The late answer is for a request that is answered: no harm.
        holding.release();
        assertThat(first.stop()).isTrue();
    }

    @Test
    void aSessionThatCannotBeAdoptedSaysSo() throws Exception {
        try (Descriptor unmounted =
                Descriptor.open(Path.of("/dev/fuse"), Descriptor.O_RDWR | Descriptor.O_NONBLOCK)) {
            MemoryDisk disk = new MemoryDisk(DISK_BYTES);
            Optional<IOException> refusal = Optional.empty();
            try {
                FuseSession.adopt(unmounted, disk, FuseSettings.DEFAULT);
            } catch (IOException e) {
                refusal = Optional.of(e);
            }
            assertThat(refusal).isPresent();
            assertThat(refusal.get()).hasMessageContaining("mount anew");
        }
    }
}
