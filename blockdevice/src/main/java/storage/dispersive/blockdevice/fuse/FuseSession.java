package storage.dispersive.blockdevice.fuse;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.disk.VirtualDisk;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.linux.Errno;
import storage.dispersive.linux.KernelVersion;
import storage.dispersive.linux.LinuxException;
import storage.dispersive.linux.WakeEvent;

/**
 * Serves one disk as one file, named {@value #DISK_NAME}, over a descriptor of {@code /dev/fuse}.
 *
 * <p>A session neither mounts nor unmounts. It owns the descriptor it is given: {@link #close}
 * closes it, and when no other process holds it (see {@code DescriptorKeeper}), the kernel ends the
 * connection. What was read and not answered then is sent again to the process that {@link #adopt}s
 * the connection, so a session may die at any point.
 *
 * <p>Thread contract: all methods from any thread; {@link #stop} and {@link #close} wait for
 * requests in work, at most for the settings' time.
 */
public final class FuseSession implements AutoCloseable {

    public static final String DISK_NAME = Node.DISK_NAME;

    /** Linux 6.9 brought FUSE_NOTIFY_RESEND. */
    public static final KernelVersion TAKEOVER_SINCE = new KernelVersion(6, 9);

    private static final Logger LOG = LoggerFactory.getLogger(FuseSession.class);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    /** Room for a request's way into the disk; only what is touched costs memory. */
    private static final long READER_STACK_BYTES = 256 << 10;

    private final Descriptor device;
    private final FuseSettings settings;
    private final WakeEvent wake;
    private final SlotPool pool;
    private final Answers answers;
    private final SessionCounters counters = new SessionCounters();
    private final CompletableFuture<FuseEnd> end = new CompletableFuture<>();
    private final List<Thread> threads = new ArrayList<>();
    private boolean stopped;
    private boolean closed;

    private FuseSession(Descriptor device, VirtualDisk disk, FuseSettings settings, SlotPool pool)
            throws LinuxException {
        this.device = device;
        this.settings = settings;
        this.pool = pool;
        wake = new WakeEvent();
        int transfer = settings.maxTransferBytes();
        answers = new Answers(device, pool);
        RequestHandler handler = new RequestHandler(disk, answers, counters, transfer);
        for (int index = 0; index < settings.readers(); index++) {
            RequestReader reader =
                    new RequestReader(
                            device, wake, pool, new RequestParser(transfer), handler, counters);
            // They block in native code, which would pin the carriers of virtual threads.
            threads.add(
                    Thread.ofPlatform()
                            .name("fuse-reader-" + index)
                            .daemon()
                            .stackSize(READER_STACK_BYTES)
                            .unstarted(() -> run(reader)));
        }
    }

    /**
     * Serves a connection that was just mounted. The descriptor must not block ({@code FuseMount}
     * opens it so) and belongs to the session also if this throws.
     */
    public static FuseSession serve(Descriptor device, VirtualDisk disk, FuseSettings settings)
            throws LinuxException {
        FuseSession session = create(device, disk, settings, () -> new SlotPool(settings));
        session.threads.forEach(Thread::start);
        return session;
    }

    /**
     * Takes a connection over from a session that has ended, in this process or in another one: has
     * the kernel send again what was read and not answered, then serves it. No other session may
     * read from the connection. The descriptor belongs to the session also if this throws.
     *
     * @throws LinuxException EINVAL where the kernel is older than 6.9, EPERM if the connection is
     *     not mounted any more
     */
    public static FuseSession adopt(Descriptor device, VirtualDisk disk, FuseSettings settings)
            throws LinuxException {
        return adopt(create(device, disk, settings, () -> new SlotPool(settings)));
    }

    /** The same with slots that many sessions share; {@code reserve} must outlive them all. */
    public static FuseSession adopt(
            Descriptor device, VirtualDisk disk, FuseSettings settings, SlotReserve reserve)
            throws LinuxException {
        return adopt(create(device, disk, settings, () -> new SlotPool(settings, reserve)));
    }

    private static FuseSession adopt(FuseSession session) throws LinuxException {
        try {
            session.resend();
        } catch (LinuxException e) {
            session.close();
            throw e;
        }
        session.threads.forEach(Thread::start);
        return session;
    }

    /** The same as {@link #serve} with slots that many sessions share. */
    public static FuseSession serve(
            Descriptor device, VirtualDisk disk, FuseSettings settings, SlotReserve reserve)
            throws LinuxException {
        FuseSession session = create(device, disk, settings, () -> new SlotPool(settings, reserve));
        session.threads.forEach(Thread::start);
        return session;
    }

    private static FuseSession create(
            Descriptor device, VirtualDisk disk, FuseSettings settings, Supplier<SlotPool> pool)
            throws LinuxException {
        try {
            return new FuseSession(device, disk, settings, pool.get());
        } catch (LinuxException | RuntimeException e) {
            device.close();
            throw e;
        }
    }

    /** Whether this kernel lets a new process take a connection over without an I/O error. */
    public static boolean isTakeoverAvailable() {
        return KernelVersion.running().isAtLeast(TAKEOVER_SINCE);
    }

    private void run(RequestReader reader) {
        FuseEnd reason = reader.readAll();
        if (end.complete(reason) && reason != FuseEnd.STOPPED) {
            LOG.info("the FUSE connection is {}", reason);
        }
    }

    private void resend() throws LinuxException {
        long result = notifyKernel(FuseProtocol.NOTIFY_RESEND);
        if (result == -Errno.EINVAL) {
            throw new LinuxException(
                    "take over a FUSE connection",
                    Errno.EINVAL,
                    "the kernel needs to be 6.9 or newer, this is "
                            + KernelVersion.running()
                            + "; unmount and mount anew");
        }
        if (result < 0) {
            throw new LinuxException(
                    "take over a FUSE connection",
                    (int) -result,
                    "it was unmounted or aborted; mount anew");
        }
    }

    /**
     * Makes the kernel ask for the disk's size again, after it has grown, perhaps in an earlier
     * process. The loop device must be told next ({@code LoopDevice.grow}): until it has asked, a
     * look at its status waits for whoever serves the disk.
     */
    public void announceSize() throws LinuxException {
        // A negative offset: the attributes alone, no pages.
        long result = notifyKernel(FuseProtocol.NOTIFY_INVAL_INODE, Node.DISK.id, -1, 0);
        // ENOENT: the kernel knows nothing of the file yet.
        if (result < 0 && result != -Errno.ENOENT) {
            throw new LinuxException("announce the disk's size", (int) -result);
        }
    }

    private long notifyKernel(int code, long... body) {
        try (Arena arena = Arena.ofConfined()) {
            int length = FuseProtocol.OUT_HEADER_BYTES + body.length * Long.BYTES;
            MemorySegment message = arena.allocate(length, Long.BYTES);
            message.set(INT, 0, length);
            message.set(INT, 4, code);
            MemorySegment.copy(body, 0, message, LONG, FuseProtocol.OUT_HEADER_BYTES, body.length);
            return device.write(message);
        }
    }

    /** Completes when no more requests are read. */
    public CompletableFuture<FuseEnd> end() {
        return end.copy();
    }

    public FuseStatus status() {
        return counters.status(pool);
    }

    /**
     * Reads no more requests and waits for those in work. Says whether all were answered; the rest
     * goes to the next session. The descriptor stays open.
     */
    public synchronized boolean stop() {
        if (!stopped) {
            stopped = true;
            pool.close();
            wake.raise();
            threads.forEach(FuseSession::join);
            end.complete(FuseEnd.STOPPED);
        }
        return pool.awaitAll(settings.drainMillis());
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                // The reader returns from the event at once; its memory must not go before it.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Stops and closes, and leaves what is not answered by then to the session that adopts the
     * connection: whatever the disk says of it later, the kernel does not hear.
     */
    public synchronized void leave() {
        if (!stop()) {
            answers.mute();
        }
        close();
    }

    /** Stops, then closes the descriptor. Further calls do nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (!stop()) {
            // The disk may still write into the buffers and answer over the descriptor, so these
            // go when it has.
            LOG.warn("{} requests were not answered when the session closed", pool.busy());
        }
        wake.close();
        pool.whenAllAreBack(() -> {
            device.close();
            pool.release();
        });
    }
}
