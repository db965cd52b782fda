package storage.dispersive.blockdevice.fuse;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.disk.VirtualDisk;
import storage.dispersive.linux.Errno;

/**
 * Answers requests: at once what is constant, through the disk what is data.
 *
 * <p>Thread contract: any thread; the disk does not wait for the network, so neither does this.
 */
final class RequestHandler {

    private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);

    /** FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, FALLOC_FL_ZERO_RANGE with and without it. */
    private static final int PUNCH_HOLE = 0x3;

    private static final int ZERO_RANGE_KEEPING_SIZE = 0x11;
    private static final int ZERO_RANGE = 0x10;

    private final VirtualDisk disk;
    private final Answers answers;
    private final SessionCounters counters;
    private final int maxTransferBytes;

    RequestHandler(
            VirtualDisk disk, Answers answers, SessionCounters counters, int maxTransferBytes) {
        this.disk = disk;
        this.answers = answers;
        this.counters = counters;
        this.maxTransferBytes = maxTransferBytes;
    }

    /** Takes the slot over; it goes back to its pool with the answer. */
    void handle(Slot slot, FuseRequest request) {
        long unique = request.unique();
        if ((unique & FuseProtocol.UNIQUE_RESEND) != 0) {
            counters.resent.increment();
        }
        switch (request) {
            case FuseRequest.Read read -> read(slot, read);
            case FuseRequest.Write write -> write(slot, write);
            case FuseRequest.Allocate allocate -> allocate(slot, allocate);
            case FuseRequest.Synchronize synchronize -> synchronize(slot, synchronize);
            case FuseRequest.Init init -> init(slot, init);
            case FuseRequest.Lookup lookup -> lookup(slot, lookup);
            case FuseRequest.GetAttributes get -> attributes(slot, get);
            case FuseRequest.Open open -> open(slot, unique, open.node(), Node.DISK);
            case FuseRequest.OpenDirectory open -> open(slot, unique, open.node(), Node.DIRECTORY);
            case FuseRequest.ReadDirectory directory -> directory(slot, directory);
            case FuseRequest.StatFileSystem _ ->
                    answers.body(
                            slot, unique, ReplyEncoder.fileSystem(slot.reply(), disk.sizeBytes()));
            case FuseRequest.Release _ -> answers.errno(slot, unique, 0);
            case FuseRequest.Unanswered _ -> answers.none(slot);
            case FuseRequest.Unsupported _ -> answers.errno(slot, unique, Errno.ENOSYS);
            case FuseRequest.Malformed malformed -> {
                counters.malformed.increment();
                LOG.warn("the kernel sent {}", malformed.reason());
                answers.errno(slot, unique, Errno.EINVAL);
            }
            case FuseRequest.Unreadable unreadable -> {
                counters.malformed.increment();
                LOG.error("the kernel sent no request: {}", unreadable.reason());
                answers.none(slot);
            }
        }
    }

    private void read(Slot slot, FuseRequest.Read read) {
        if (isNot(Node.DISK, read.node(), read.handle())) {
            answers.errno(slot, read.unique(), Errno.EBADF);
            return;
        }
        // Like any file: what is beyond the end is not there, and that is no error.
        long available = Math.max(0, disk.sizeBytes() - read.offset());
        int size = (int) Math.min(read.size(), available);
        if (size == 0) {
            answers.body(slot, read.unique(), 0);
            return;
        }
        counters.reads.increment();
        counters.readBytes.add(size);
        PendingAnswer pending = pending(slot, PendingAnswer.Kind.DATA, read.unique(), size);
        try {
            disk.read(read.offset(), slot.data(size), pending);
        } catch (RuntimeException | Error thrown) {
            pending.brokenOff(thrown);
        }
    }

    private void write(Slot slot, FuseRequest.Write write) {
        if (isNot(Node.DISK, write.node(), write.handle())) {
            answers.errno(slot, write.unique(), Errno.EBADF);
            return;
        }
        if (write.size() > disk.sizeBytes() - write.offset()) {
            answers.errno(slot, write.unique(), Errno.EFBIG);
            return;
        }
        int size = write.size();
        if (size == 0) {
            answers.body(slot, write.unique(), ReplyEncoder.written(slot.reply(), 0));
            return;
        }
        counters.writes.increment();
        counters.writtenBytes.add(size);
        PendingAnswer pending =
                pending(slot, PendingAnswer.Kind.WRITTEN_SIZE, write.unique(), size);
        try {
            disk.write(write.offset(), slot.data(size), pending);
        } catch (RuntimeException | Error thrown) {
            pending.brokenOff(thrown);
        }
    }

    /**
     * The loop driver sends discards and write-zeroes as a hole to punch, so the range must read as
     * zeros, durably, before the answer.
     */
    private void allocate(Slot slot, FuseRequest.Allocate allocate) {
        int mode = allocate.mode();
        if (isNot(Node.DISK, allocate.node(), allocate.handle())) {
            answers.errno(slot, allocate.unique(), Errno.EBADF);
            return;
        }
        if (mode != PUNCH_HOLE && mode != ZERO_RANGE_KEEPING_SIZE && mode != ZERO_RANGE) {
            answers.errno(slot, allocate.unique(), Errno.EOPNOTSUPP);
            return;
        }
        if (allocate.length() > disk.sizeBytes() - allocate.offset()) {
            answers.errno(slot, allocate.unique(), Errno.EFBIG);
            return;
        }
        counters.zeroes.increment();
        PendingAnswer pending = pending(slot, PendingAnswer.Kind.NOTHING, allocate.unique(), 0);
        try {
            disk.zero(allocate.offset(), allocate.length(), pending);
        } catch (RuntimeException | Error thrown) {
            pending.brokenOff(thrown);
        }
    }

    private void synchronize(Slot slot, FuseRequest.Synchronize synchronize) {
        if (isNot(Node.DISK, synchronize.node(), synchronize.handle())) {
            answers.errno(slot, synchronize.unique(), Errno.EBADF);
            return;
        }
        PendingAnswer pending = pending(slot, PendingAnswer.Kind.NOTHING, synchronize.unique(), 0);
        try {
            disk.flush(pending);
        } catch (RuntimeException | Error thrown) {
            pending.brokenOff(thrown);
        }
    }

    private PendingAnswer pending(Slot slot, PendingAnswer.Kind kind, long unique, int size) {
        return new PendingAnswer(answers, counters, slot, kind, unique, size);
    }

    private void init(Slot slot, FuseRequest.Init init) {
        if (init.major() > FuseProtocol.MAJOR) {
            answers.body(slot, init.unique(), ReplyEncoder.initWithOurMajor(slot.reply()));
            return;
        }
        if (init.major() < FuseProtocol.MAJOR || init.minor() < FuseProtocol.MINOR_LOWEST) {
            LOG.error(
                    "the kernel speaks FUSE {}.{}; this needs 7.{} (Linux 4.20) or newer",
                    init.major(),
                    init.minor(),
                    FuseProtocol.MINOR_LOWEST);
            answers.errno(slot, init.unique(), Errno.EPROTO);
            return;
        }
        LOG.info("the kernel speaks FUSE {}.{}", init.major(), init.minor());
        answers.body(slot, init.unique(), ReplyEncoder.init(slot.reply(), init, maxTransferBytes));
    }

    private void lookup(Slot slot, FuseRequest.Lookup lookup) {
        if (lookup.parent() != Node.DIRECTORY.id) {
            answers.errno(slot, lookup.unique(), Errno.ENOTDIR);
            return;
        }
        switch (lookup.name()) {
            case DISK ->
                    answers.body(
                            slot,
                            lookup.unique(),
                            ReplyEncoder.entry(slot.reply(), Node.DISK, disk.sizeBytes()));
            case OTHER -> answers.errno(slot, lookup.unique(), Errno.ENOENT);
        }
    }

    private void attributes(Slot slot, FuseRequest.GetAttributes get) {
        if (get.node() != Node.DISK.id && get.node() != Node.DIRECTORY.id) {
            answers.errno(slot, get.unique(), Errno.ENOENT);
            return;
        }
        answers.body(
                slot, get.unique(), ReplyEncoder.attributes(slot.reply(), get, disk.sizeBytes()));
    }

    private void open(Slot slot, long unique, long id, Node expected) {
        if (id != expected.id) {
            answers.errno(slot, unique, Errno.ENOENT);
            return;
        }
        answers.body(slot, unique, ReplyEncoder.open(slot.reply(), expected));
    }

    private void directory(Slot slot, FuseRequest.ReadDirectory directory) {
        if (isNot(Node.DIRECTORY, directory.node(), directory.handle())) {
            answers.errno(slot, directory.unique(), Errno.EBADF);
            return;
        }
        answers.body(
                slot,
                directory.unique(),
                ReplyEncoder.directory(slot.reply(), directory.offset(), directory.size()));
    }

    private static boolean isNot(Node expected, long node, long handle) {
        return node != expected.id || handle != expected.handle;
    }
}
