package storage.dispersive.engine.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.linux.Capabilities;
import storage.dispersive.linux.Capability;
import storage.dispersive.linux.Errno;
import storage.dispersive.linux.MemoryLock;

/**
 * Keeps this process from waiting for memory that only writing to its disks can free, as far as the
 * machine lets it; says what is lacking.
 *
 * @param lacks one line for each
 */
record HostMemory(List<String> lacks) {

    private static final Logger log = LoggerFactory.getLogger(HostMemory.class);
    private static final Path STATUS = Path.of("/proc/self/status");

    HostMemory {
        lacks = List.copyOf(lacks);
    }

    /**
     * Locks what is there and what comes, if this process may; looks at how the JVM was started.
     */
    static HostMemory secure() {
        List<String> lacks = new ArrayList<>();
        if (mayLock()) {
            int result = MemoryLock.lockAllThatIsTouched();
            if (result != 0) {
                lacks.add("memory is not locked: " + Errno.name(-result));
            }
        } else {
            lacks.add(
                    "memory is not locked but for some buffers: give CAP_IPC_LOCK, or the kernel"
                            + " may take pages away when memory is short");
        }
        if (!isHeapTouched()) {
            lacks.add(
                    "the heap was not touched at the start: run with -XX:+AlwaysPreTouch, and -Xms"
                            + " as much as -Xmx");
        }
        lacks.forEach(lack -> log.warn("{}", lack));
        return new HostMemory(lacks);
    }

    private static boolean mayLock() {
        try {
            return Capabilities.effective().contains(Capability.CAP_IPC_LOCK);
        } catch (IOException e) {
            log.warn("the capabilities of this process are not known: {}", e.getMessage());
            return false;
        }
    }

    /** Whether so much is resident as the heap may have. */
    private static boolean isHeapTouched() {
        String field = "RssAnon:";
        try {
            long residentKib =
                    Files.readAllLines(STATUS).stream()
                            .filter(line -> line.startsWith(field))
                            .map(line -> line.substring(field.length()).replace("kB", "").strip())
                            .mapToLong(Long::parseLong)
                            .findFirst()
                            .orElse(0);
            return residentKib << 10 >= Runtime.getRuntime().maxMemory();
        } catch (IOException | NumberFormatException e) {
            log.warn("how much of this process is resident is not known: {}", e.getMessage());
            return false;
        }
    }

    /** Those of now: loops say a little after their start what they were refused. */
    List<String> lacksWith(Loops loops) {
        if (loops.areFlushers()) {
            return lacks;
        }
        List<String> all = new ArrayList<>(lacks);
        all.add(
                "the kernel does not know that this process serves disks (PR_SET_IO_FLUSHER): give"
                        + " CAP_SYS_RESOURCE, or writing to its disks may wait for itself");
        return List.copyOf(all);
    }
}
