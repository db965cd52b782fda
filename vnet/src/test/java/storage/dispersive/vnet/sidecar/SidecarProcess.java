package storage.dispersive.vnet.sidecar;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import storage.dispersive.linux.Capabilities;
import storage.dispersive.linux.Capability;

/** A sidecar as a process of its own, which is killed as by a crash when it is closed. */
final class SidecarProcess implements Closeable {

    private final Process process;

    private SidecarProcess(Process process) {
        this.process = process;
    }

    /** On the host of the calling thread. What it prints is printed. */
    static SidecarProcess start(String... settings) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx32m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-cp",
                                System.getProperty("java.class.path"),
                                SidecarMain.class.getName()));
        command.addAll(List.of(settings));
        return Capabilities.forPrograms(
                EnumSet.of(Capability.CAP_NET_ADMIN, Capability.CAP_SYS_ADMIN),
                () -> new SidecarProcess(new ProcessBuilder(command).inheritIO().start()));
    }

    /** What it has of its host. */
    record Footprint(long descriptors, long threads) {}

    Footprint footprint() throws IOException {
        return new Footprint(count("fd"), count("task"));
    }

    private long count(String of) throws IOException {
        try (Stream<Path> entries =
                Files.list(Path.of("/proc", Long.toString(process.pid()), of))) {
            return entries.count();
        }
    }

    /** SIGKILL; returns when it is gone. */
    @Override
    public void close() throws IOException {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a sidecar ended");
        }
    }
}
