package storage.dispersive.cli.engine;

import java.util.List;

/**
 * How one engine is, as it says itself over its control socket. The fields are those of {@code
 * status -o json} and stay: {@code docs/local-san.md} describes them.
 *
 * @param state of the volume: FENCING, RECOVERING, SERVING, WAITING_FOR_PODS, FENCED, FAILED,
 *     CLOSED
 * @param epoch generation and run, with a dot between
 * @param device what programs open: a Unix socket or a block device; empty before there is one
 * @param podsThatMayStillFail how many more pods may go missing without harm
 * @param maxStallMillis the longest time that any request has taken
 */
public record EngineReport(
        String volume,
        long pid,
        String state,
        String detail,
        String epoch,
        String face,
        String device,
        long committedThrough,
        int podsThatMayStillFail,
        long mappedBlocks,
        long mapBytes,
        long writtenBytes,
        long readBytes,
        long maxStallMillis,
        List<Portion> portions,
        List<Connection> connections,
        Backends backends) {

    public EngineReport {
        portions = List.copyOf(portions);
        connections = List.copyOf(connections);
    }

    /** One pod's place in the volume. Sent and read are since the engine started. */
    public record Portion(
            int slot,
            String pod,
            String state,
            String detail,
            long portionsSent,
            long bytesSent,
            long unitsRead,
            long bytesRead) {}

    /**
     * One connection to one pod.
     *
     * @param session WRITE or READ
     * @param isolation {@code Shared}: a plain socket among the machine's others
     * @param peer address and port
     * @param state CONNECTING, OPEN or CLOSED
     */
    public record Connection(
            int slot,
            String pod,
            String session,
            String isolation,
            String peer,
            String state,
            String detail) {}

    /** Which implementations were chosen at start. */
    public record Backends(String erasureCode, String sealing, String tls) {}
}
