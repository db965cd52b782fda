package storage.dispersive.operator.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import storage.dispersive.apiserver.AuditedCall;

/** What an API server was asked for: a row for each kind of call, a column for each phase. */
final class CallTable {

    private static final String LEASES = "leases";
    private static final Set<String> OF_INFORMERS = Set.of("list", "watch");

    private final List<Column> columns = new ArrayList<>();

    private record Column(String phase, Map<String, Long> counts) {}

    static boolean isForLease(AuditedCall call) {
        return call.resource().equals(LEASES);
    }

    void add(String phase, List<AuditedCall> calls) {
        columns.add(
                new Column(
                        phase,
                        calls.stream()
                                .collect(
                                        Collectors.groupingBy(
                                                CallTable::kind, Collectors.counting()))));
    }

    /** Informers list and watch all that they know; of which kind does not matter. */
    private static String kind(AuditedCall call) {
        return OF_INFORMERS.contains(call.verb())
                ? call.verb()
                : call.verb() + " " + call.resource();
    }

    /** In Markdown. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(row("calls", columns.stream().map(Column::phase).toList()));
        lines.add("| --- |" + " ---: |".repeat(columns.size()));
        Set<String> kinds = new TreeSet<>();
        columns.forEach(it -> kinds.addAll(it.counts().keySet()));
        for (String kind : kinds) {
            lines.add(row(kind, figures(Set.of(kind))));
        }
        Set<String> others =
                kinds.stream().filter(it -> !it.endsWith(LEASES)).collect(Collectors.toSet());
        lines.add(row("**all but leases**", figures(others)));
        return lines;
    }

    private List<String> figures(Set<String> kinds) {
        return columns.stream()
                .map(it -> sum(it.counts(), kinds))
                .map(it -> it == 0 ? "" : Long.toString(it))
                .toList();
    }

    private static long sum(Map<String, Long> counts, Set<String> kinds) {
        return kinds.stream().mapToLong(it -> counts.getOrDefault(it, 0L)).sum();
    }

    private static String row(String name, List<String> cells) {
        return "| " + name + " | " + String.join(" | ", cells) + " |";
    }
}
