package storage.dispersive.engine.host;

import java.io.IOException;
import java.lang.management.ManagementFactory;
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
        List<String> options = ManagementFactory.getRuntimeMXBean().getInputArguments();
        if (!options.contains("-XX:+AlwaysPreTouch")) {
            lacks.add("the heap was not touched at the start: run with -XX:+AlwaysPreTouch");
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
