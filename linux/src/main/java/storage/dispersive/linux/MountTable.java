package storage.dispersive.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * mount(2), umount2(2) and what /proc/self/mountinfo says (proc(5)). Reading the table touches no
 * file system, so it cannot hang on a dead one. Thread contract: any thread.
 */
public final class MountTable {

    public static final long MS_RDONLY = 1;
    public static final long MS_NOSUID = 2;
    public static final long MS_NODEV = 4;
    public static final long MS_NOEXEC = 8;
    public static final long MS_SYNCHRONOUS = 16;
    public static final long MS_DIRSYNC = 128;
    public static final long MS_NOATIME = 1024;
    public static final long MS_NODIRATIME = 2048;
    public static final long MS_RELATIME = 1L << 21;
    public static final long MS_STRICTATIME = 1L << 24;
    public static final long MS_LAZYTIME = 1L << 25;
    private static final long MS_BIND = 4096;
    public static final int MNT_FORCE = 1;
    public static final int MNT_DETACH = 2;
    public static final int UMOUNT_NOFOLLOW = 8;

    private static final Path MOUNTINFO = Path.of("/proc/self/mountinfo");
    private static final int DEVICE_FIELD = 2;
    private static final int ROOT_FIELD = 3;
    private static final int DIRECTORY_FIELD = 4;
    private static final int OPTIONS_FIELD = 5;
    private static final int OCTAL_DIGITS = 3;

    private static final MethodHandle MOUNT =
            Downcall.link(
                    "mount",
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS));
    private static final MethodHandle UMOUNT2 =
            Downcall.link("umount2", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));

    /** What to mount; {@code data} is the file system's own option string. */
    public record Request(String source, Path target, String type, long flags, String data) {}

    /**
     * One line of the table.
     *
     * @param device of the file system
     * @param root which directory or file of the file system is shown
     * @param directory where; a file, if {@code root} is one
     * @param options of this mount, for instance {@code ro}
     * @param propagation for instance {@code shared:5}; empty where the mount is private
     * @param source what was mounted, as who mounted it called it
     * @param fileSystemOptions of the file system wherever it is mounted; {@code ro} also when it
     *     became read-only by itself
     */
    public record Entry(
            DeviceNumber device,
            Path root,
            Path directory,
            Set<String> options,
            List<String> propagation,
            String type,
            String source,
            Set<String> fileSystemOptions) {}

    private MountTable() {}

    public static void mount(Request request) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            mount(request, arena.allocateFrom(request.type()), arena.allocateFrom(request.data()));
        }
    }

    /** Shows a file at the place of another. */
    static void bind(Path file, Path target) throws LinuxException {
        // Neither type nor options: the kernel ignores them.
        mount(
                new Request(file.toString(), target, "bind", MS_BIND, ""),
                MemorySegment.NULL,
                MemorySegment.NULL);
    }

    private static void mount(Request request, MemorySegment type, MemorySegment data)
            throws LinuxException {
        MemorySegment cell = Downcall.cell();
        int result;
        try (Arena arena = Arena.ofConfined()) {
            result =
                    (int)
                            MOUNT.invokeExact(
                                    cell,
                                    arena.allocateFrom(request.source()),
                                    arena.allocateFrom(request.target().toString()),
                                    type,
                                    request.flags(),
                                    data);
        } catch (Throwable thrown) {
            throw Downcall.broken(thrown);
        }
        if (result != 0) {
            throw new LinuxException(
                    "mount " + request.type() + " on " + request.target(), Downcall.errno(cell));
        }
    }

    public static void unmount(Path directory, int flags) throws LinuxException {
        MemorySegment cell = Downcall.cell();
        int result;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment target = arena.allocateFrom(directory.toString());
            result = (int) UMOUNT2.invokeExact(cell, target, flags);
        } catch (Throwable thrown) {
            throw Downcall.broken(thrown);
        }
        if (result != 0) {
            throw new LinuxException("unmount " + directory, Downcall.errno(cell));
        }
    }

    /** What is mounted on the directory; the topmost, if several are. */
    public static Optional<Entry> find(Path directory) throws IOException {
        Entry found = null;
        for (Entry entry : entries()) {
            if (entry.directory().equals(directory)) {
                found = entry;
            }
        }
        return Optional.ofNullable(found);
    }

    public static List<Entry> entries() throws IOException {
        List<Entry> entries = new ArrayList<>();
        // ISO-8859-1 keeps every byte: unescape makes paths of them.
        for (String line : Files.readAllLines(MOUNTINFO, StandardCharsets.ISO_8859_1)) {
            parse(line).ifPresent(entries::add);
        }
        return entries;
    }

    static Optional<Entry> parse(String line) {
        List<String> fields = List.of(line.split(" ", -1));
        int separator = fields.indexOf("-");
        if (separator <= OPTIONS_FIELD || fields.size() < separator + 3) {
            return Optional.empty();
        }
        String fileSystemOptions = fields.size() > separator + 3 ? fields.get(separator + 3) : "";
        return DeviceNumber.parse(fields.get(DEVICE_FIELD))
                .map(device ->
                        new Entry(
                                device,
                                Path.of(unescape(fields.get(ROOT_FIELD))),
                                Path.of(unescape(fields.get(DIRECTORY_FIELD))),
                                options(fields.get(OPTIONS_FIELD)),
                                List.copyOf(fields.subList(OPTIONS_FIELD + 1, separator)),
                                fields.get(separator + 1),
                                unescape(fields.get(separator + 2)),
                                options(fileSystemOptions)));
    }

    private static Set<String> options(String field) {
        return field.isEmpty()
                ? Set.of()
                : Collections.unmodifiableSet(new LinkedHashSet<>(List.of(field.split(","))));
    }

    /**
     * The kernel writes space, tab, newline and backslash as a backslash and three octal digits.
     */
    private static String unescape(String field) {
        byte[] raw = field.getBytes(StandardCharsets.ISO_8859_1);
        byte[] plain = new byte[raw.length];
        int length = 0;
        for (int i = 0; i < raw.length; i++) {
            if (raw[i] == '\\' && i + OCTAL_DIGITS < raw.length) {
                String digits = field.substring(i + 1, i + 1 + OCTAL_DIGITS);
                if (digits.matches("[0-3][0-7]{2}")) {
                    plain[length++] = (byte) Integer.parseInt(digits, 8);
                    i += OCTAL_DIGITS;
                    continue;
                }
            }
            plain[length++] = raw[i];
        }
        return new String(plain, 0, length, StandardCharsets.UTF_8);
    }
}
