package storage.dispersive.cli.tryout;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import storage.dispersive.cli.exercise.Second;
import storage.dispersive.engine.EngineReport;

/** What a tryout says, in lines that programs read too. */
final class TryoutLines {

    private static final String OPEN = "OPEN";

    private TryoutLines() {}

    /** A volume that serves, and the connections to each of its portions. */
    static String serving(EngineReport report) {
        return "serving %s in epoch %s, %d pods may still fail: %s"
                .formatted(
                        report.volume(),
                        report.epoch(),
                        report.podsThatMayStillFail(),
                        report.connections().stream()
                                .map(TryoutLines::connection)
                                .collect(Collectors.joining("; ")));
    }

    private static String connection(EngineReport.Connection connection) {
        EngineReport.Machine machine = connection.machine();
        String way =
                machine == null
                        ? connection.isolation() + " to " + connection.peer()
                        : "%s %s, VNI %d, %s to %s"
                                .formatted(
                                        connection.isolation(),
                                        machine.address(),
                                        machine.vni(),
                                        machine.here(),
                                        machine.there());
        return "portion %d %s %s %s%s"
                .formatted(
                        connection.slot(),
                        connection.pod(),
                        connection.session(),
                        way,
                        connection.state().equals(OPEN) ? "" : " " + connection.state());
    }

    static String second(Second second, String connections) {
        return ("%d s: %d operations, %d bytes written, %d bytes read, %s,"
                        + " longest pause %d ms, %d errors")
                .formatted(
                        second.number(),
                        second.operations(),
                        second.bytesWritten(),
                        second.bytesRead(),
                        connections,
                        second.longestPauseMillis(),
                        second.errors());
    }

    /**
     * How many there are of each isolation and state; of those that are open only the isolation.
     */
    static String connections(EngineReport report) {
        Map<String, Integer> counts = new TreeMap<>();
        for (EngineReport.Connection connection : report.connections()) {
            String state = connection.state();
            counts.merge(
                    connection.isolation() + (state.equals(OPEN) ? "" : " " + state),
                    1,
                    Integer::sum);
        }
        return counts.isEmpty()
                ? "no connections"
                : counts.entrySet().stream()
                        .map(entry -> entry.getValue() + " " + entry.getKey())
                        .collect(Collectors.joining(", "));
    }

    static boolean allOpen(EngineReport report) {
        return report.connections().stream()
                .allMatch(connection -> connection.state().equals(OPEN));
    }
}
