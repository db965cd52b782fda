package storage.dispersive.blockdevice.fuse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import storage.dispersive.blockdevice.loop.FuseMount;
import storage.dispersive.blockdevice.loop.LoopDevice;
import storage.dispersive.blockdevice.loop.SectorSize;

/** What a test has mounted and attached, taken down in reverse order also after a failure. */
final class ServedDisk implements AutoCloseable {

    private static final int COMMAND_LIMIT_SECONDS = 60;

    private interface Undoing {
        void undo() throws Exception;
    }

    private final Deque<Undoing> undoings = new ArrayDeque<>();
    final Path directory;
    final FuseMount mount;

    private ServedDisk(Path directory, FuseMount mount) {
        this.directory = directory;
        this.mount = mount;
    }

    /** Mounts, without serving: who serves it gets the descriptor. */
    static ServedDisk mount(FuseDescriptorTaker taker) throws IOException {
        Path directory = Files.createTempDirectory("fuse-test-").toRealPath();
        FuseMount.Opened opened =
                FuseMount.mount(directory, "test-disk", FuseMount.Access.MOUNTER_ONLY);
        ServedDisk served = new ServedDisk(directory, opened.mount());
        served.undoings.push(() -> Files.delete(directory));
        served.undoings.push(served::unmount);
        try {
            served.undoings.push(taker.take(opened.descriptor())::close);
        } catch (IOException | RuntimeException e) {
            served.close();
            throw e;
        }
        return served;
    }

    /** Takes the descriptor of a fresh mount and gives what to close in the end. */
    interface FuseDescriptorTaker {
        AutoCloseable take(storage.dispersive.linux.Descriptor descriptor) throws IOException;
    }

    /** Mounts and serves from this process. */
    static ServedDisk serve(MemoryDisk disk, FuseSettings settings) throws IOException {
        return mount(descriptor -> FuseSession.serve(descriptor, disk, settings));
    }

    Path file() {
        return mount.file(FuseSession.DISK_NAME);
    }

    private void unmount() throws IOException {
        if (FuseMount.find(directory).isPresent()) {
            mount.abort();
        }
        if (FuseMount.find(directory).isPresent()) {
            mount.unmount(FuseMount.Unmount.LAZY);
        }
    }

    LoopDevice attach(SectorSize sectors) throws IOException {
        LoopDevice device = LoopDevice.attach(mount, FuseSession.DISK_NAME, sectors).device();
        // Before the session ends, which was pushed earlier.
        undoings.push(device::detach);
        return device;
    }

    /** Mounts the loop device's file system. */
    Path mountFileSystem(LoopDevice device, String type) throws IOException {
        Path target = Files.createTempDirectory("fuse-test-fs-").toRealPath();
        undoings.push(() -> Files.delete(target));
        run("mount", "-t", type, device.path().toString(), target.toString());
        undoings.push(() -> unmountFileSystem(target));
        return target;
    }

    static void unmountFileSystem(Path target) throws IOException {
        if (run("findmnt", "-n", "-o", "TARGET", "--list")
                .lines()
                .anyMatch(target.toString()::equals)) {
            run("umount", target.toString());
        }
    }

    /** Runs a command, fails with its output if it fails, and gives its output. */
    static String run(String... command) throws IOException {
        Result result = tryRun(command);
        if (result.status() != 0) {
            throw new IOException(
                    String.join(" ", command)
                            + " ended with "
                            + result.status()
                            + ":\n"
                            + result.output());
        }
        return result.output();
    }

    record Result(int status, String output) {}

    static Result tryRun(String... command) throws IOException {
        Path output = Files.createTempFile("fuse-test-", ".out");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        try {
            if (!process.waitFor(COMMAND_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException(
                        String.join(" ", command)
                                + " hangs:\n"
                                + Files.readString(output, StandardCharsets.ISO_8859_1));
            }
            String text = Files.readString(output, StandardCharsets.ISO_8859_1);
            return new Result(process.exitValue(), text);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } finally {
            process.destroyForcibly();
            Files.delete(output);
        }
    }

    @Override
    public void close() throws IOException {
        List<Exception> failures = new ArrayList<>();
        while (!undoings.isEmpty()) {
            try {
                undoings.pop().undo();
            } catch (Exception e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            IOException all = new IOException("could not take everything down");
            failures.forEach(all::addSuppressed);
            throw all;
        }
    }
}
