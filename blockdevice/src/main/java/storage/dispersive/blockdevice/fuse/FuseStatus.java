package storage.dispersive.blockdevice.fuse;

/**
 * What a session has done and what the machine refused it. Counters grow from 0 at its start.
 *
 * @param lockedBufferBytes of {@code bufferBytes}; less means that a kill while memory is short can
 *     show a caller EIO (raise RLIMIT_MEMLOCK or give CAP_IPC_LOCK)
 * @param flusherReaders readers with PR_SET_IO_FLUSHER (needs CAP_SYS_RESOURCE)
 * @param busySlots requests in work
 * @param resent requests that the kernel sent again after a take-over
 * @param failed requests answered with an error by the disk
 * @param malformed requests that broke the protocol
 */
public record FuseStatus(
        long lockedBufferBytes,
        long bufferBytes,
        int flusherReaders,
        int busySlots,
        long reads,
        long readBytes,
        long writes,
        long writtenBytes,
        long zeroes,
        long resent,
        long failed,
        long malformed) {}
