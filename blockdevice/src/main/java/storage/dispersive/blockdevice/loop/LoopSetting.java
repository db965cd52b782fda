package storage.dispersive.blockdevice.loop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/**
 * What is set for a loop device in {@code /sys/block/loopN/queue} beyond the kernel's defaults. It
 * works without them, slower; a read-only /sys refuses them.
 */
public enum LoopSetting {
    /** A completed write is durable, so no flush needs to stop the device. */
    WRITE_THROUGH("write_cache", "write through"),
    /** One request of the device becomes one of FUSE; the default of 1280 KiB becomes two. */
    REQUEST_SIZE("max_sectors_kb", "1024"),
    /** A discard holds the file's lock until its commit; bounded, others get a turn. */
    DISCARD_SIZE("discard_max_bytes", Long.toString(1L << 28)),
    /** The volume orders and merges for itself. */
    NO_SCHEDULER("scheduler", "none");

    private final String file;
    private final String value;

    LoopSetting(String file, String value) {
        this.file = file;
        this.value = value;
    }

    /** Applies all; returns those that were refused. */
    static Set<LoopSetting> apply(Path sysfs) {
        Set<LoopSetting> refused = EnumSet.noneOf(LoopSetting.class);
        for (LoopSetting setting : values()) {
            try {
                Files.writeString(sysfs.resolve("queue").resolve(setting.file), setting.value);
            } catch (IOException _) {
                // Reported to the caller by the set.
                refused.add(setting);
            }
        }
        return refused;
    }
}
