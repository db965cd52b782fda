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
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The capabilities of threads (capabilities(7)): which ones the calling thread has, and how a
 * program goes on with fewer of them. Thread contract: any thread.
 */
public final class Capabilities {

    private static final Path STATUS = Path.of("/proc/thread-self/status");
    private static final String EFFECTIVE = "CapEff:";

    private static final int PR_CAPBSET_READ = 23;
    private static final int PR_CAPBSET_DROP = 24;
    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int SET_BITS = Long.SIZE;

    /** Two words of 32 bits for each of three sets (linux/capability.h). */
    private static final int CAPABILITY_VERSION_3 = 0x20080522;

    private static final int HEADER_BYTES = 8;
    private static final int SETS_BYTES = 24;
    private static final int WORD_BYTES = 12;
    private static final int INHERITABLE_OFFSET = 8;

    private static final int SIG_SETMASK = 2;
    private static final int SIGNAL_SET_BYTES = 128;

    private static final MethodHandle PRCTL =
            Downcall.link(
                    "prctl",
                    FunctionDescriptor.of(
                            JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                    Linker.Option.firstVariadicArg(1));
    private static final FunctionDescriptor TWO_STRUCTURES =
            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle CAPGET = Downcall.link("capget", TWO_STRUCTURES);
    private static final MethodHandle CAPSET = Downcall.link("capset", TWO_STRUCTURES);
    private static final MethodHandle SIGMASK =
            Downcall.link(
                    "pthread_sigmask", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle EXECV = Downcall.link("execv", TWO_STRUCTURES);

    private Capabilities() {}

    /** What the calling thread may do now. */
    public static Set<Capability> effective() throws IOException {
        return parse(Files.readAllLines(STATUS));
    }

    static Set<Capability> parse(List<String> status) throws IOException {
        for (String line : status) {
            if (line.startsWith(EFFECTIVE)) {
                String digits = line.substring(EFFECTIVE.length()).strip();
                return Capability.ofBits(Long.parseUnsignedLong(digits, 16));
            }
        }
        throw new IOException(STATUS + " names no capabilities");
    }

    /** Those of {@code needed} that the calling thread does not have. */
    public static Set<Capability> missing(Set<Capability> needed) throws IOException {
        Set<Capability> missing = EnumSet.noneOf(Capability.class);
        missing.addAll(needed);
        missing.removeAll(effective());
        return missing;
    }

    /**
     * Makes this process another program that has {@code keep} at most, in all of its threads and
     * for good (execve(2)): every other capability leaves the bounding set and the inheritable one,
     * and no_new_privs is set. The threads of a running JVM cannot be changed together, so a
     * program that wants to have less starts itself again.
     *
     * <p>Process number, environment, working directory and descriptors 0 to 2 stay; all other
     * descriptors are closed and no shutdown hook runs. To be called while the program is young: a
     * descriptor that another thread opens at the same moment may stay open.
     *
     * <p>User 0 gets in the new program what is in {@code keep} and it has now; other users get
     * nothing.
     *
     * @param command the program's absolute path, then its arguments
     * @throws LinuxException as the only way to return; the caller is as it was. EPERM if there is
     *     something to drop and CAP_SETPCAP is not there
     */
    public static void confine(Set<Capability> keep, List<String> command) throws IOException {
        if (command.isEmpty() || !Path.of(command.getFirst()).isAbsolute()) {
            throw new IllegalArgumentException("not the path of a program: " + command);
        }
        // If the last step fails, what the others did ends with the thread.
        forPrograms(
                keep,
                () -> {
                    Descriptor.closeOthersAtExec();
                    execute(command);
                    return true;
                });
    }

    /**
     * Does work, and waits for its end, whose programs have {@code keep} at most: those that it
     * starts as processes get no more, and none of theirs does. The work itself has what the caller
     * has.
     *
     * @throws LinuxException EPERM if there is something to drop and CAP_SETPCAP is not there
     */
    public static <T> T forPrograms(Set<Capability> keep, NetworkNamespace.Work<T> work)
            throws IOException {
        long bits = keep.stream().mapToLong(Capability::bit).reduce(0, (a, b) -> a | b);
        return PassingThread.call(
                "confine",
                () -> {
                    dropOthers(bits);
                    narrowInheritable(bits);
                    prctl(PR_SET_NO_NEW_PRIVS, 1, "set no_new_privs");
                    return work.run();
                });
    }

    private static void dropOthers(long keep) throws LinuxException {
        for (int number = 0; number < SET_BITS; number++) {
            boolean isKept = (keep & (1L << number)) != 0;
            // Fails for numbers that this kernel does not know.
            if (!isKept && call(PR_CAPBSET_READ, number) == 1) {
                prctl(PR_CAPBSET_DROP, number, "drop a capability");
            }
        }
    }

    /** What is inheritable comes back at exec, whatever the bounding set. */
    private static void narrowInheritable(long keep) throws LinuxException {
        MemorySegment cell = Downcall.cell();
        int result;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment header = arena.allocate(HEADER_BYTES, Integer.BYTES);
            header.set(JAVA_INT, 0, CAPABILITY_VERSION_3);
            MemorySegment sets = arena.allocate(SETS_BYTES, Integer.BYTES);
            result = (int) CAPGET.invokeExact(cell, header, sets);
            if (result == 0) {
                for (int word = 0; word < 2; word++) {
                    long at = (long) word * WORD_BYTES + INHERITABLE_OFFSET;
                    int kept = (int) (keep >>> (word * Integer.SIZE));
                    sets.set(JAVA_INT, at, sets.get(JAVA_INT, at) & kept);
                }
                result = (int) CAPSET.invokeExact(cell, header, sets);
            }
        } catch (Throwable thrown) {
            throw Downcall.broken(thrown);
        }
        if (result != 0) {
            throw new LinuxException("narrow the inheritable set", Downcall.errno(cell));
        }
    }

    /** Signals that the JVM blocks in its threads would stay blocked in the new program. */
    private static void execute(List<String> command) throws LinuxException {
        MemorySegment cell = Downcall.cell();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment arguments = arena.allocate(ADDRESS, command.size() + 1L);
            for (int index = 0; index < command.size(); index++) {
                arguments.setAtIndex(ADDRESS, index, arena.allocateFrom(command.get(index)));
            }
            MemorySegment none = arena.allocate(SIGNAL_SET_BYTES, Long.BYTES);
            int _ = (int) SIGMASK.invokeExact(cell, SIG_SETMASK, none, MemorySegment.NULL);
            int _ = (int) EXECV.invokeExact(cell, arguments.get(ADDRESS, 0), arguments);
        } catch (Throwable thrown) {
            throw Downcall.broken(thrown);
        }
        throw new LinuxException("execute " + command.getFirst(), Downcall.errno(cell));
    }

    private static void prctl(int option, long argument, String what) throws LinuxException {
        int result = call(option, argument);
        if (result == -Errno.EPERM) {
            throw new LinuxException(what, -result, "this needs CAP_SETPCAP");
        }
        if (result < 0) {
            throw new LinuxException(what, -result);
        }
    }

    private static int call(int option, long argument) {
        MemorySegment cell = Downcall.cell();
        int result;
        try {
            result = (int) PRCTL.invokeExact(cell, option, argument, 0L, 0L, 0L);
        } catch (Throwable thrown) {
            throw Downcall.broken(thrown);
        }
        return result >= 0 ? result : -Downcall.errno(cell);
    }
}
