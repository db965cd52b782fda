package storage.dispersive.blockdevice.fuse;

import java.lang.foreign.MemorySegment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.disk.DiskError;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.linux.Errno;

/**
 * Sends answers and gives their slots back.
 *
 * <p>Thread contract: any thread. Writing to the descriptor copies and returns; it never waits for
 * a peer.
 */
final class Answers {

    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

    private final Descriptor device;
    private final SlotPool pool;
    private volatile boolean muted;

    Answers(Descriptor device, SlotPool pool) {
        this.device = device;
        this.pool = pool;
    }

    /** Answers with a body that stands in the slot already. */
    void body(Slot slot, long unique, int bodyBytes) {
        send(slot, unique, bodyBytes, 0);
    }

    /** Answers with an error, or with a bare success for 0. */
    void errno(Slot slot, long unique, int errno) {
        send(slot, unique, 0, errno);
    }

    /** Gives the slot back without an answer. */
    void none(Slot slot) {
        pool.give(slot);
    }

    /** The kernel hears nothing more of this session. */
    void mute() {
        muted = true;
    }

    private void send(Slot slot, long unique, int bodyBytes, int errno) {
        if (muted) {
            pool.give(slot);
            return;
        }
        MemorySegment reply =
                slot.reply().asSlice(0, FuseProtocol.OUT_HEADER_BYTES + (long) bodyBytes);
        ReplyEncoder.header(reply, bodyBytes, errno, unique);
        long result;
        do {
            result = device.write(reply);
        } while (result == -Errno.EINTR);
        pool.give(slot);
        // ENOENT: the caller gave up, or another process has answered. ENODEV: disconnected;
        // EPERM is what a connection that was never mounted says.
        if (result < 0
                && result != -Errno.ENOENT
                && result != -Errno.ENODEV
                && result != -Errno.EPERM) {
            LOG.error(
                    "the kernel refused an answer of {} bytes: {}",
                    reply.byteSize(),
                    Errno.name((int) -result));
        }
    }

    static int errno(DiskError error) {
        return switch (error) {
            case INVALID -> Errno.EINVAL;
            case NO_SPACE -> Errno.ENOSPC;
            case IO, FENCED -> Errno.EIO;
            case CLOSED -> Errno.ESHUTDOWN;
        };
    }
}
