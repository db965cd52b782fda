package storage.dispersive.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * fstatfs(2): how full a file system is.
 *
 * @param bytes of the file system
 * @param inodes of the file system; all zeros where it counts none
 */
public record FileSystemUsage(Amount bytes, Amount inodes) {

    /**
     * Of bytes or inodes.
     *
     * @param available to users without privileges
     */
    public record Amount(long total, long used, long available) {}

    /** struct statfs of 64-bit machines. */
    private static final int STATFS_BYTES = 120;

    private static final int BLOCKS = 16;
    private static final int BLOCKS_FREE = 24;
    private static final int BLOCKS_AVAILABLE = 32;
    private static final int FILES = 40;
    private static final int FILES_FREE = 48;
    private static final int FRAGMENT_SIZE = 72;

    private static final MethodHandle FSTATFS =
            Downcall.link("fstatfs", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));

    /** May wait for who serves the file system. */
    public static FileSystemUsage of(Descriptor file) throws LinuxException {
        MemorySegment cell = Downcall.cell();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answer = arena.allocate(STATFS_BYTES, Long.BYTES);
            int result;
            try {
                result = (int) FSTATFS.invokeExact(cell, file.number(), answer);
            } catch (Throwable thrown) {
                throw Downcall.broken(thrown);
            }
            if (result != 0) {
                throw new LinuxException("statfs", Downcall.errno(cell));
            }
            long unit = answer.get(JAVA_LONG, FRAGMENT_SIZE);
            long blocks = answer.get(JAVA_LONG, BLOCKS);
            long files = answer.get(JAVA_LONG, FILES);
            long filesFree = answer.get(JAVA_LONG, FILES_FREE);
            return new FileSystemUsage(
                    new Amount(
                            blocks * unit,
                            (blocks - answer.get(JAVA_LONG, BLOCKS_FREE)) * unit,
                            answer.get(JAVA_LONG, BLOCKS_AVAILABLE) * unit),
                    new Amount(files, files - filesFree, filesFree));
        }
    }
}
