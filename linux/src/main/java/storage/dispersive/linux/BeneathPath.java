package storage.dispersive.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * openat2(2): opens a path beneath a directory, over no symbolic link, in one step, so that nobody
 * can put one into its way meanwhile. Needs Linux 5.6. Thread contract: any thread.
 */
public final class BeneathPath {

    private static final int O_CLOEXEC = 0x80000;

    /** struct open_how: flags, mode, resolve. */
    private static final int HOW_BYTES = 24;

    private static final int HOW_RESOLVE = 16;
    private static final long RESOLVE_NO_MAGICLINKS = 2;
    private static final long RESOLVE_NO_SYMLINKS = 4;
    private static final long RESOLVE_BENEATH = 8;

    private BeneathPath() {}

    /**
     * Opens what is there now, on top if something is mounted there.
     *
     * @param relative to the directory; empty is the directory itself
     * @param flags of {@link Descriptor}; no file is ever created
     * @throws LinuxException ELOOP if there is a symbolic link on the way or at its end, EXDEV if
     *     it leaves the directory
     */
    public static Descriptor open(Descriptor directory, Path relative, int flags)
            throws LinuxException {
        if (relative.isAbsolute()) {
            throw new IllegalArgumentException("beneath a directory is no " + relative);
        }
        String name = relative.toString().isEmpty() ? "." : relative.toString();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment how = arena.allocate(HOW_BYTES, Long.BYTES);
            how.set(JAVA_LONG, 0, flags | O_CLOEXEC);
            how.set(
                    JAVA_LONG,
                    HOW_RESOLVE,
                    RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS);
            long result =
                    SystemCall.call(
                            SystemCall.OPENAT2,
                            directory.number(),
                            arena.allocateFrom(name).address(),
                            how.address(),
                            HOW_BYTES);
            if (result < 0) {
                throw new LinuxException("open " + relative, (int) -result);
            }
            return Descriptor.owning((int) result);
        }
    }
}
