package storage.dispersive.engine.control;

import org.jspecify.annotations.Nullable;
import storage.dispersive.engine.EngineReport;

/**
 * An attached volume at one moment.
 *
 * @param detail what it waits for or what is wrong, or empty
 * @param descriptor what its mount's descriptor is called in the keepers
 * @param bytesPerSecond the bound of each connection, 0 for none
 * @param engine null while it has none
 * @param fuse null while nobody reads its requests
 */
public record VolumeReport(
        String volume,
        long generation,
        VolumeState state,
        String detail,
        String descriptor,
        long sizeBytes,
        long bytesPerSecond,
        @Nullable EngineReport engine,
        @Nullable Fuse fuse) {

    /**
     * What came through the mount since this process serves it.
     *
     * @param lockedBytes of {@code bufferBytes}
     * @param busySlots requests that are not answered yet
     * @param resent requests that the kernel sent again after an earlier process
     */
    public record Fuse(
            long reads,
            long readBytes,
            long writes,
            long writtenBytes,
            long zeroes,
            long resent,
            long failed,
            int busySlots,
            long bufferBytes,
            long lockedBytes) {}
}
