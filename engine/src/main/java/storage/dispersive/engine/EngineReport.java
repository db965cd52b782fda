package storage.dispersive.engine;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import storage.dispersive.volume.EngineState;

/**
 * How one engine is, as it says itself over its control socket. The fields are those of {@code
 * status -o json} and stay: {@code docs/local-san.md} describes them.
 *
 * @param state of the volume: RECOVERING, SERVING, FENCED, FAILED or CLOSED
 * @param epoch generation and run, with a dot between
 * @param device what programs open: a Unix socket or a block device; empty before there is one
 * @param podsThatMayStillFail how many more pods may go while reads and writes go on; negative when
 *     too few are left
 * @param longestCommitMillis the longest that a write waited for its commit since the last report
 */
public record EngineReport(
        String volume,
        long pid,
        String state,
        String detail,
        String epoch,
        String face,
        String device,
        long nextSeq,
        long committedThrough,
        int podsThatMayStillFail,
        long mappedBlocks,
        long mapBytes,
        long longestCommitMillis,
        long dispersedAgain,
        long reconstructedReads,
        List<Portion> portions,
        List<Connection> connections,
        Backends backends) {

    public EngineReport {
        portions = List.copyOf(portions);
        connections = List.copyOf(connections);
    }

    /** The state and what there is to say about it, for a line of text. */
    public String summary() {
        String name = state.toLowerCase(Locale.ROOT);
        return detail.isEmpty() ? name : name + ", " + detail;
    }

    /** How many pods are reached by each underlay network; empty over plain sockets. */
    public SortedMap<String, Integer> podsByPath() {
        SortedMap<String, Set<Integer>> slots = new TreeMap<>();
        for (Connection connection : connections) {
            Machine machine = connection.machine();
            if (machine != null) {
                slots.computeIfAbsent(machine.path(), any -> new HashSet<>())
                        .add(connection.slot());
            }
        }
        SortedMap<String, Integer> counts = new TreeMap<>();
        slots.forEach((path, those) -> counts.put(path, those.size()));
        return counts;
    }

    public boolean isServing() {
        return state.equals(EngineState.SERVING.name());
    }

    /** Whether the engine will never serve (again). */
    public boolean hasEnded() {
        return state.equals(EngineState.FENCED.name())
                || state.equals(EngineState.FAILED.name())
                || state.equals(EngineState.CLOSED.name());
    }

    /**
     * One pod's place in the volume, as the engine sees it.
     *
     * @param state UP, FENCING, DOWN or WIPED
     * @param portionsSent since the engine started, as are the others
     */
    public record Portion(
            int slot,
            String pod,
            String state,
            String detail,
            long portionsSent,
            long bytesSent,
            long readsSent,
            long bytesRead) {}

    /**
     * One connection to one pod; while a session is rolled there are two.
     *
     * @param session WRITE or READ
     * @param isolation {@code Isolated}: in a virtual network machine; {@code Shared}: a plain
     *     socket among the machine's others
     * @param peer address and port of the pod's end
     * @param state OPEN, SILENT or CLOSED
     * @param bytesSent over this connection, as are those received
     * @param machine null when shared, or closed
     */
    public record Connection(
            int slot,
            String pod,
            String session,
            String isolation,
            String peer,
            String state,
            long ageMillis,
            long bytesSent,
            long bytesReceived,
            @Nullable Machine machine) {}

    /**
     * The virtual network machine of a connection, at the client's end.
     *
     * @param vni of the link
     * @param path the underlay network
     * @param here where the link's packets arrive at the client
     * @param there where they arrive at the pod's host
     * @param address inside
     * @param mtuBytes inside
     */
    public record Machine(
            int vni,
            String path,
            String here,
            String there,
            String address,
            int mtuBytes,
            String lease) {}

    /** Which implementations were chosen at start. */
    public record Backends(String erasureCode, String sealing, String tls) {}
}
