package storage.dispersive.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * An open file descriptor, owned by this object and closed once. Always close-on-exec.
 *
 * <p>Thread contract: any thread; the owner sees to it that no other thread is in a call while it
 * closes, since the number may be given to another file at once.
 */
public final class Descriptor implements AutoCloseable {

    public static final int O_RDONLY = 0;
    public static final int O_RDWR = 2;
    public static final int O_EXCL = 0x80;
    public static final int O_NONBLOCK = 0x800;

    /** Names a file without opening it: no driver and no server of it is asked. */
    public static final int O_PATH = 0x200000;

    private static final int O_CLOEXEC = 0x80000;
    private static final int F_SETFD = 2;
    private static final int FD_CLOEXEC = 1;
    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final Path OPEN_ONES = Path.of("/proc/self/fd");
    private static final int LAST_STANDARD = 2;
    private static final int CLOSED = -1;

    private static final FunctionDescriptor TRANSFER =
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
    private static final MethodHandle OPEN =
            Downcall.link(
                    "open",
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
                    Linker.Option.firstVariadicArg(2));
    private static final MethodHandle READ = Downcall.link("read", TRANSFER);
    private static final MethodHandle WRITE = Downcall.link("write", TRANSFER);
    private static final MethodHandle FCNTL =
            Downcall.link(
                    "fcntl",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT),
                    Linker.Option.firstVariadicArg(2));
    private static final MethodHandle CLOSE =
            Downcall.link("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private final AtomicInteger number;

    private Descriptor(int number) {
        if (number < 0) {
            throw new IllegalArgumentException("a descriptor is not negative, got " + number);
        }
        this.number = new AtomicInteger(number);
    }

    /** Takes the ownership of a number that a call of this package returned. */
    static Descriptor owning(int number) {
        return new Descriptor(number);
    }

    /** open(2) with {@code O_CLOEXEC}; never creates a file. */
    public static Descriptor open(Path path, int flags) throws LinuxException {
        MemorySegment cell = Downcall.cell();
        int result;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(path.toString());
            result = (int) OPEN.invokeExact(cell, name, flags | O_CLOEXEC, 0);
        } catch (Throwable thrown) {
            throw Downcall.broken(thrown);
        }
        if (result < 0) {
            throw new LinuxException("open " + path, Downcall.errno(cell));
        }
        return new Descriptor(result);
    }

    /** Gives the ownership away: the number now belongs to whoever asked. */
    public int release() {
        int current = number.getAndSet(CLOSED);
        if (current == CLOSED) {
            throw new IllegalStateException("the descriptor is closed");
        }
        return current;
    }

    /**
     * Marks all descriptors of this process but 0, 1 and 2 close-on-exec, also those of others, who
     * may not have (the JDK's sockets are not).
     */
    static void closeOthersAtExec() throws IOException {
        List<Path> entries;
        try (Stream<Path> open = Files.list(OPEN_ONES)) {
            entries = open.toList();
        }
        for (Path entry : entries) {
            int number = Integer.parseInt(entry.getFileName().toString());
            if (number > LAST_STANDARD) {
                try {
                    // EBADF: closed meanwhile, as the one was that listed them.
                    int _ = (int) FCNTL.invokeExact(Downcall.cell(), number, F_SETFD, FD_CLOEXEC);
                } catch (Throwable thrown) {
                    throw Downcall.broken(thrown);
                }
            }
        }
    }

    /** The number, for calls of this process only. */
    public int number() {
        int current = number.get();
        if (current == CLOSED) {
            throw new IllegalStateException("the descriptor is closed");
        }
        return current;
    }

    /** read(2). Returns the bytes read, 0 at the end, or the negated errno. */
    public long read(MemorySegment destination) {
        return transfer(READ, destination);
    }

    /** write(2). Returns the bytes written or the negated errno. */
    public long write(MemorySegment source) {
        return transfer(WRITE, source);
    }

    private long transfer(MethodHandle call, MemorySegment buffer) {
        MemorySegment cell = Downcall.cell();
        long result;
        try {
            result = (long) call.invokeExact(cell, number(), buffer, buffer.byteSize());
        } catch (Throwable thrown) {
            throw Downcall.broken(thrown);
        }
        return result >= 0 ? result : -Downcall.errno(cell);
    }

    /** fcntl(2) F_DUPFD_CLOEXEC: another descriptor of the same open file. */
    public Descriptor duplicate() throws LinuxException {
        return duplicateOf(number());
    }

    /**
     * Another descriptor of a file that somebody else of this process has open, who sees to it that
     * it stays so meanwhile.
     */
    public static Descriptor duplicateOf(int foreign) throws LinuxException {
        MemorySegment cell = Downcall.cell();
        int result;
        try {
            result = (int) FCNTL.invokeExact(cell, foreign, F_DUPFD_CLOEXEC, 0);
        } catch (Throwable thrown) {
            throw Downcall.broken(thrown);
        }
        if (result < 0) {
            throw new LinuxException("duplicate a descriptor", Downcall.errno(cell));
        }
        return new Descriptor(result);
    }

    /**
     * close(2), once; further calls do nothing. Its error is of no use: Linux has released the
     * number in any case, and nothing here relies on close to write data.
     */
    @Override
    public void close() {
        int current = number.getAndSet(CLOSED);
        if (current == CLOSED) {
            return;
        }
        try {
            int _ = (int) CLOSE.invokeExact(Downcall.cell(), current);
        } catch (Throwable thrown) {
            throw Downcall.broken(thrown);
        }
    }

    @Override
    public String toString() {
        return "fd " + number.get();
    }
}
