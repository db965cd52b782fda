package storage.dispersive.blockdevice.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static storage.dispersive.blockdevice.fuse.ServedDisk.run;
import static storage.dispersive.blockdevice.fuse.ServedDisk.tryRun;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import storage.dispersive.blockdevice.loop.FuseMount;
import storage.dispersive.blockdevice.loop.LoopDevice;
import storage.dispersive.blockdevice.loop.SectorSize;
import storage.dispersive.disk.DiskError;
import storage.dispersive.linux.LinuxException;

/** The face against the kernel: mount, loop device, file systems, errors. Needs root. */
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FuseLoopTest {

    private static final long MIB = 1L << 20;
    private static final FuseSettings SETTINGS = new FuseSettings(2, 16, 1 << 20, 5_000);

    private Optional<ServedDisk> served = Optional.empty();

    @BeforeEach
    void rootIsNeeded() {
        RootRequired.check();
    }

    @AfterEach
    void takeDown() throws IOException {
        if (served.isPresent()) {
            served.get().close();
        }
    }

    private ServedDisk serve(MemoryDisk disk) throws IOException {
        ServedDisk fresh = ServedDisk.serve(disk, SETTINGS);
        served = Optional.of(fresh);
        return fresh;
    }

    @Test
    void aDiskIsAFileThatIsReadAndWrittenDirectly() throws IOException {
        ServedDisk disk = serve(new MemoryDisk(64 * MIB));
        String file = disk.file().toString();
        assertThat(run("ls", "-a", disk.directory.toString()).lines())
                .containsExactly(".", "..", "disk");
        assertThat(Files.size(disk.file())).isEqualTo(64 * MIB);
        Path random = Files.createTempFile("fuse-test-", ".random");
        try {
            byte[] bytes = new byte[(int) (3 * MIB + 4096)];
            new Random(7).nextBytes(bytes);
            Files.write(random, bytes);
            run(
                    "dd",
                    "if=" + random,
                    "of=" + file,
                    "bs=1M",
                    "seek=5",
                    "oflag=direct",
                    "conv=notrunc,fsync");
            run(
                    "cmp",
                    "-n",
                    Integer.toString(bytes.length),
                    random.toString(),
                    file,
                    "0",
                    Long.toString(5 * MIB));
        } finally {
            Files.delete(random);
        }
        assertThat(tryRun("touch", disk.directory + "/other").status()).isNotZero();
        assertThat(
                        tryRun(
                                "dd",
                                "if=/dev/zero",
                                "of=" + file,
                                "bs=4096",
                                "count=1",
                                "seek=" + 64 * MIB / 4096,
                                "conv=notrunc",
                                "oflag=direct"))
                .matches(result -> result.status() != 0)
                .matches(result -> result.output().contains("File too large"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ext4", "xfs"})
    void aFileSystemOnTheLoopDeviceKeepsItsFiles(String type) throws IOException {
        RootRequired.program("mkfs." + type);
        ServedDisk disk = serve(new MemoryDisk(400 * MIB));
        LoopDevice device = disk.attach(SectorSize.BYTES_4096);
        run("mkfs." + type, "-q", device.path().toString());
        Path target = disk.mountFileSystem(device, type);
        Path source = Path.of(System.getProperty("java.home"), "lib", "server");
        run("cp", "-r", source.toString(), target.resolve("copy").toString());
        run("umount", target.toString());
        run("mount", "-t", type, device.path().toString(), target.toString());
        run("diff", "-r", source.toString(), target.resolve("copy").toString());
        run("rm", "-r", target.resolve("copy").toString());
        run("fstrim", target.toString());
        ServedDisk.unmountFileSystem(target);
        if (type.equals("ext4")) {
            run("fsck.ext4", "-fn", device.path().toString());
        } else {
            run("xfs_repair", "-n", device.path().toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-z", "-v"})
    void aDiscardedRangeReadsAsZeros(String option) throws IOException {
        ServedDisk disk = serve(new MemoryDisk(32 * MIB));
        String device = disk.attach(SectorSize.BYTES_512).path().toString();
        run(
                "sh",
                "-c",
                "tr '\\0' '\\377' </dev/zero | dd of="
                        + device
                        + " bs=1M count=32 iflag=fullblock oflag=direct");
        run(
                "blkdiscard",
                option,
                "-o",
                Long.toString(4 * MIB + 512),
                "-l",
                Long.toString(20 * MIB),
                device);
        run(
                "cmp",
                "-n",
                Long.toString(20 * MIB),
                device,
                "/dev/zero",
                Long.toString(4 * MIB + 512),
                "0");
        // Its neighbours are what they were.
        String edges =
                run(
                        "sh",
                        "-c",
                        "for at in 8192 8193 49152 49153; do dd if="
                                + device
                                + " bs=512 count=1 skip=$at status=none iflag=direct"
                                + " | od -An -tx1 -N1; done");
        assertThat(edges.split("\\s+")).containsExactly("", "ff", "00", "00", "ff");
    }

    @Test
    void fioVerifiesBlocksOfAllSizes() throws IOException {
        RootRequired.program("fio");
        ServedDisk disk = serve(new MemoryDisk(64 * MIB));
        String device = disk.attach(SectorSize.BYTES_512).path().toString();
        run(
                "fio",
                "--name=verify",
                "--filename=" + device,
                "--direct=1",
                "--ioengine=libaio",
                "--iodepth=16",
                "--rw=randrw",
                "--bsrange=512-1536k",
                "--bs_unaligned=0",
                "--blockalign=512",
                "--verify=crc32c",
                "--verify_fatal=1",
                "--verify_backlog=64",
                "--size=64m",
                "--time_based",
                "--runtime=3");
    }

    @Test
    void errorsOfTheDiskArriveAsTheirNumbers() throws IOException {
        MemoryDisk memory = new MemoryDisk(16 * MIB);
        ServedDisk disk = serve(memory);
        String file = disk.file().toString();
        String device = disk.attach(SectorSize.BYTES_4096).path().toString();
        memory.failReads(Optional.of(DiskError.IO));
        memory.failWrites(Optional.of(DiskError.NO_SPACE));
        assertThat(read(file)).contains("Input/output error");
        assertThat(write(file)).contains("No space left on device");
        assertThat(read(device)).contains("Input/output error");
        assertThat(write(device)).contains("No space left on device");
        assertThat(tryRun("fallocate", "-p", "-o", "0", "-l", "4096", file).output())
                .contains("No space left on device");
        memory.failReads(Optional.of(DiskError.CLOSED));
        memory.failWrites(Optional.of(DiskError.FENCED));
        assertThat(read(file)).contains("Cannot send after transport endpoint shutdown");
        assertThat(write(file)).contains("Input/output error");
        memory.failReads(Optional.empty());
        memory.failWrites(Optional.empty());
        assertThat(write(device)).contains("copied");
        assertThat(read(device)).contains("copied");
        assertThat(tryRun("fallocate", "-l", "4096", file).status()).isNotZero();
        assertThat(tryRun("fallocate", "-p", "-o", "0", "-l", "1000", file).output())
                .contains("Invalid argument");
    }

    @Test
    void aDiskThatThrowsFailsTheRequestAndNoReader() throws IOException {
        MemoryDisk memory = new MemoryDisk(16 * MIB);
        ServedDisk disk = serve(memory);
        memory.throwOnFlush();
        for (int times = 0; times < 2 * SETTINGS.slots(); times++) {
            assertThat(tryRun("sync", disk.file().toString()).output())
                    .contains("Input/output error");
        }
        assertThat(read(disk.file().toString())).contains("copied");
    }

    private static String read(String from) throws IOException {
        return tryRun("dd", "if=" + from, "of=/dev/null", "bs=4096", "count=1", "iflag=direct")
                .output();
    }

    private static String write(String to) throws IOException {
        return tryRun(
                        "dd",
                        "if=/dev/zero",
                        "of=" + to,
                        "bs=4096",
                        "count=1",
                        "oflag=direct",
                        "conv=notrunc")
                .output();
    }

    @Test
    void aDiskGrowsUnderItsLoopDevice() throws IOException {
        MemoryDisk memory = new MemoryDisk(16 * MIB, 48 * MIB);
        FuseSession[] session = new FuseSession[1];
        ServedDisk disk =
                ServedDisk.mount(descriptor -> {
                    session[0] = FuseSession.serve(descriptor, memory, SETTINGS);
                    return session[0];
                });
        served = Optional.of(disk);
        LoopDevice device = disk.attach(SectorSize.BYTES_4096);
        memory.growTo(48 * MIB);
        session[0].announceSize();
        device.grow();
        assertThat(run("blockdev", "--getsize64", device.path().toString()).strip())
                .isEqualTo(Long.toString(48 * MIB));
        run(
                "dd",
                "if=/dev/zero",
                "of=" + device.path(),
                "bs=1M",
                "seek=47",
                "count=1",
                "oflag=direct");
    }

    @Test
    void aLoopDeviceIsFoundAgainAndOnlyOursIsDetached() throws IOException {
        ServedDisk disk = serve(new MemoryDisk(16 * MIB));
        assertThat(LoopDevice.find(disk.mount, FuseSession.DISK_NAME)).isEmpty();
        LoopDevice device = disk.attach(SectorSize.BYTES_512);
        assertThat(LoopDevice.find(disk.mount, FuseSession.DISK_NAME)).contains(device);
        assertThat(
                        Files.readString(
                                        Path.of(
                                                "/sys/block",
                                                device.path().getFileName().toString(),
                                                "queue/write_cache"))
                                .strip())
                .isEqualTo("write through");
        FuseMount another =
                new FuseMount(Path.of("/nowhere"), new storage.dispersive.linux.DeviceNumber(0, 1));
        LoopDevice foreign = new LoopDevice(device.number(), another);
        foreign.detach();
        assertThat(device.isAttached()).isTrue();
        assertThatThrownBy(foreign::grow)
                .isInstanceOf(LinuxException.class)
                .hasMessageContaining("not attached to a file on /nowhere");
        device.detach();
        assertThat(device.isAttached()).isFalse();
        device.detach();
    }

    @Test
    void aLoopDeviceOfADeadConnectionCanBeDetached() throws IOException {
        ServedDisk disk = serve(new MemoryDisk(16 * MIB));
        LoopDevice device = disk.attach(SectorSize.BYTES_4096);
        disk.mount.abort();
        assertThat(
                        tryRun(
                                        "dd",
                                        "if=" + device.path(),
                                        "of=/dev/null",
                                        "bs=4096",
                                        "count=1",
                                        "iflag=direct")
                                .status())
                .isNotZero();
        assertThat(device.isAttached()).isTrue();
        device.detach();
        assertThat(device.isAttached()).isFalse();
    }

    @Test
    void anOccupiedDirectoryAndAFileAreRefusedWithAdvice() throws IOException {
        ServedDisk disk = serve(new MemoryDisk(16 * MIB));
        assertThatThrownBy(
                        () -> FuseMount.mount(disk.directory, "x", FuseMount.Access.MOUNTER_ONLY))
                .hasMessageContaining("unmount it");
        assertThatThrownBy(() ->
                        FuseMount.mount(Path.of("/etc/hosts"), "x", FuseMount.Access.MOUNTER_ONLY))
                .hasMessageContaining("make it a directory");
    }
}
