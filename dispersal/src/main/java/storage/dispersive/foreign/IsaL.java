package storage.dispersive.foreign;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Intel's Intelligent Storage Acceleration Library (Debian: {@code libisal2}), by its headers
 * {@code erasure_code.h} and {@code crc.h}. Stateless, safe for all threads.
 *
 * <p>All calls are linked as critical: the thread does not leave Java, so the collector waits for
 * it, heap arrays can be passed, and the call costs a few nanoseconds. So callers bound what one
 * call works on ({@link #CRITICAL_RANGE_BYTES} of each portion); none of these functions blocks.
 */
public final class IsaL {

    /** At most so many bytes of each portion in one call: some 100 microseconds at 32 portions. */
    public static final int CRITICAL_RANGE_BYTES = 32 * 1024;

    /** Bytes of table that {@link #initTables} writes for each coefficient. */
    public static final int TABLE_BYTES = 32;

    /** At most so many bytes of one checksum in one call: some 50 microseconds. */
    private static final int CRITICAL_CHECKSUM_BYTES = 1024 * 1024;

    private static final String SONAME = "libisal.so.2";

    private static final NativeLibrary LIBRARY =
            NativeLibrary.find(
                    NativePreference.current(),
                    SONAME,
                    "ec_init_tables",
                    "ec_encode_data",
                    "crc32_iscsi");

    /**
     * {@code void ec_init_tables(int k, int rows, unsigned char *a, unsigned char *gftbls)}: tables
     * of 32 bytes for each of the rows * k coefficients in {@code a}. What is in them is the
     * library's own business (it differs with the processor from 2.31 on).
     */
    private static final MethodHandle INIT_TABLES =
            LIBRARY.link(
                    "ec_init_tables",
                    FunctionDescriptor.ofVoid(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS),
                    Linker.Option.critical(true));

    /**
     * {@code void ec_encode_data(int len, int k, int rows, unsigned char *gftbls, unsigned char
     * **data, unsigned char **coding)}: each of {@code rows} outputs is the sum of coefficient
     * times input over the k inputs, {@code len} bytes each, of any alignment. The two arrays of
     * pointers are passed as Java's {@code long[]}.
     */
    private static final MethodHandle ENCODE_DATA =
            LIBRARY.link(
                    "ec_encode_data",
                    FunctionDescriptor.ofVoid(
                            JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, ADDRESS),
                    Linker.Option.critical(true));

    /**
     * {@code unsigned int crc32_iscsi(unsigned char *buffer, int len, unsigned int init_crc)}: the
     * CRC register after {@code len} bytes, without the inversions at start and end of RFC 3720.
     */
    private static final MethodHandle CRC32_ISCSI =
            LIBRARY.link(
                    "crc32_iscsi",
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
                    Linker.Option.critical(true));

    private static final String VERSION = LIBRARY.isPresent() ? version() : "";

    private IsaL() {}

    public static boolean isPresent() {
        return LIBRARY.isPresent();
    }

    /** For status: {@code isa-l 2.30}. Empty when absent. */
    public static String name() {
        return VERSION.isEmpty() ? "" : "isa-l " + VERSION;
    }

    /**
     * Fills {@code tables} ({@value #TABLE_BYTES} bytes for each coefficient) for a matrix of
     * {@code rows} times {@code columns} coefficients, row by row.
     */
    public static void initTables(int columns, int rows, byte[] matrix, MemorySegment tables) {
        long tableBytes = (long) TABLE_BYTES * rows * columns;
        if (matrix.length != rows * columns || tables.byteSize() < tableBytes) {
            throw new IllegalArgumentException(
                    "a matrix of %d x %d does not fit %d coefficients and %d bytes of tables"
                            .formatted(rows, columns, matrix.length, tables.byteSize()));
        }
        try {
            INIT_TABLES.invokeExact(columns, rows, MemorySegment.ofArray(matrix), tables);
        } catch (Throwable thrown) {
            throw NativeLibrary.rethrown("ec_init_tables", thrown);
        }
    }

    /**
     * Computes {@code outputs.length} rows from {@code inputs.length} columns. Inputs and outputs
     * are addresses of {@code lengthBytes} accessible bytes each, which the caller has checked and
     * keeps alive; nothing here can check them.
     */
    public static void encode(
            int lengthBytes, MemorySegment tables, long[] inputs, long[] outputs) {
        if (lengthBytes < 0 || lengthBytes > CRITICAL_RANGE_BYTES) {
            throw new IllegalArgumentException("range of " + lengthBytes + " bytes");
        }
        try {
            ENCODE_DATA.invokeExact(
                    lengthBytes,
                    inputs.length,
                    outputs.length,
                    tables,
                    MemorySegment.ofArray(inputs),
                    MemorySegment.ofArray(outputs));
        } catch (Throwable thrown) {
            throw NativeLibrary.rethrown("ec_encode_data", thrown);
        }
    }

    /** CRC32C (RFC 3720, appendix B.4) of {@code lengthBytes} bytes of a native or heap segment. */
    public static int crc32c(MemorySegment segment, long offset, long lengthBytes) {
        int register = ~0;
        long end = offset + lengthBytes;
        for (long at = offset; at < end; at += CRITICAL_CHECKSUM_BYTES) {
            int bytes = (int) Math.min(CRITICAL_CHECKSUM_BYTES, end - at);
            try {
                register =
                        (int) CRC32_ISCSI.invokeExact(segment.asSlice(at, bytes), bytes, register);
            } catch (Throwable thrown) {
                throw NativeLibrary.rethrown("crc32_iscsi", thrown);
            }
        }
        return ~register;
    }

    /**
     * The library has no function that names its version. Its file does: libtool's 2:30:0 is 2.30,
     * in {@code libisal.so.2.0.30}, and the kernel tells which file is mapped.
     */
    private static String version() {
        Pattern file = Pattern.compile("libisal\\.so\\.(\\d+)\\.\\d+\\.(\\d+)$");
        try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
            Optional<Matcher> found = maps.map(file::matcher).filter(Matcher::find).findFirst();
            return found.map(match -> match.group(1) + "." + match.group(2)).orElse("2");
        } catch (IOException | UncheckedIOException unreadable) {
            return "2";
        }
    }
}
