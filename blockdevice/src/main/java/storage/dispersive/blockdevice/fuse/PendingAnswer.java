package storage.dispersive.blockdevice.fuse;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.disk.DiskCompletion;
import storage.dispersive.disk.DiskError;

/**
 * Waits for the disk and answers the kernel. An object per request, so that a disk that completes
 * one twice cannot answer for the slot's next request.
 *
 * <p>Thread contract: completed on any thread.
 */
final class PendingAnswer implements DiskCompletion {

    /** What a success is answered with. */
    enum Kind {
        DATA,
        WRITTEN_SIZE,
        NOTHING
    }

    private static final Logger LOG = LoggerFactory.getLogger(PendingAnswer.class);

    private final AtomicBoolean done = new AtomicBoolean();
    private final Answers answers;
    private final SessionCounters counters;
    private final Slot slot;
    private final Kind kind;
    private final long unique;
    private final int sizeBytes;

    PendingAnswer(
            Answers answers,
            SessionCounters counters,
            Slot slot,
            Kind kind,
            long unique,
            int sizeBytes) {
        this.answers = answers;
        this.counters = counters;
        this.slot = slot;
        this.kind = kind;
        this.unique = unique;
        this.sizeBytes = sizeBytes;
    }

    @Override
    public void succeeded() {
        if (isRepeated()) {
            return;
        }
        int bodyBytes =
                switch (kind) {
                    case DATA -> sizeBytes;
                    case WRITTEN_SIZE -> ReplyEncoder.written(slot.reply(), sizeBytes);
                    case NOTHING -> 0;
                };
        answers.body(slot, unique, bodyBytes);
    }

    @Override
    public void failed(DiskError error) {
        if (isRepeated()) {
            return;
        }
        counters.failed.increment();
        answers.errno(slot, unique, Answers.errno(error));
    }

    /**
     * The disk broke its contract by throwing, or there was no memory: the caller of the kernel
     * shall not wait for ever, and the reader goes on.
     */
    void brokenOff(Throwable thrown) {
        LOG.error("the disk threw instead of completing a request", thrown);
        if (done.compareAndSet(false, true)) {
            counters.failed.increment();
            answers.errno(slot, unique, Answers.errno(DiskError.IO));
        }
    }

    private boolean isRepeated() {
        if (done.compareAndSet(false, true)) {
            return false;
        }
        LOG.error("the disk completed a request twice");
        return true;
    }
}
