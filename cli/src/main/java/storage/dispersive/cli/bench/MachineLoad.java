package storage.dispersive.cli.bench;

import java.lang.management.ManagementFactory;
import java.util.Locale;

/** How busy the machine is, whoever it is busy for: results of a busy one say little. */
final class MachineLoad {

    private MachineLoad() {}

    /** Of the last minute: how many threads ran or waited for a processor or a disk. */
    static double average() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    /** A line for below a table; the second load is the measurement's own in part. */
    static String remark(double before, double after) {
        return String.format(
                Locale.ROOT,
                "load average %.2f before, %.2f after; processors: %d",
                before,
                after,
                Runtime.getRuntime().availableProcessors());
    }
}
