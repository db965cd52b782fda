package storage.dispersive.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * pread(2) of a file or device with O_DIRECT: past the kernel's cache. Offset, length and address
 * are multiples of the device's sectors. Thread contract: any thread, as {@link Descriptor} says.
 */
public final class DirectReader implements AutoCloseable {

    private static final int O_DIRECT =
            System.getProperty("os.arch", "").equals("aarch64") ? 0x10000 : 0x4000;
    private static final MethodHandle PREAD =
            Downcall.link(
                    "pread",
                    FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG));

    private final Descriptor descriptor;

    private DirectReader(Descriptor descriptor) {
        this.descriptor = descriptor;
    }

    public static DirectReader open(Path file) throws LinuxException {
        return new DirectReader(Descriptor.open(file, Descriptor.O_RDONLY | O_DIRECT));
    }

    /** Returns the bytes read, 0 at the end. */
    public long read(MemorySegment destination, long offset) throws LinuxException {
        MemorySegment cell = Downcall.cell();
        long result;
        try {
            result =
                    (long)
                            PREAD.invokeExact(
                                    cell,
                                    descriptor.number(),
                                    destination,
                                    destination.byteSize(),
                                    offset);
        } catch (Throwable thrown) {
            throw Downcall.broken(thrown);
        }
        if (result < 0) {
            throw new LinuxException("read at " + offset, Downcall.errno(cell));
        }
        return result;
    }

    @Override
    public void close() {
        descriptor.close();
    }
}
