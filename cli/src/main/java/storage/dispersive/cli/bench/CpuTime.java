package storage.dispersive.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The CPU time of processes, from {@code /proc/PID/stat} (proc(5)). */
final class CpuTime {

    /** USER_HZ, which is 100 on every Linux that Java runs on. */
    private static final double TICKS_PER_SECOND = 100;

    /** Counted from the state, the first field after the name in parentheses. */
    private static final int USER_FIELD = 11;

    private static final int SYSTEM_FIELD = 12;

    private CpuTime() {}

    /** Seconds, user and system, of all these; those that have ended count as nothing. */
    static double seconds(List<Long> pids) {
        return pids.stream().mapToDouble(CpuTime::seconds).sum();
    }

    private static double seconds(long pid) {
        try {
            return parse(Files.readString(Path.of("/proc", Long.toString(pid), "stat")));
        } catch (IOException e) {
            return 0;
        }
    }

    static double parse(String stat) {
        List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
        long ticks =
                Long.parseLong(fields.get(USER_FIELD)) + Long.parseLong(fields.get(SYSTEM_FIELD));
        return ticks / TICKS_PER_SECOND;
    }
}
