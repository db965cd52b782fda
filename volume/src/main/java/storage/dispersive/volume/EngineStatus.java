package storage.dispersive.volume;

import java.util.List;
import storage.dispersive.portion.Epoch;

/**
 * An engine at one moment, for a person.
 *
 * @param detail what it waits for or why it ended, or empty
 * @param podsThatMayStillFail how many more pods may go while reads and writes go on; negative when
 *     too few are left
 * @param longestCommitMillis the longest that a write waited for its commit since the last status
 */
public record EngineStatus(
        EngineState state,
        String detail,
        Epoch epoch,
        long nextSeq,
        long committedThrough,
        int podsThatMayStillFail,
        long mappedBlocks,
        long mapBytes,
        long longestCommitMillis,
        long dispersedAgain,
        long reconstructedReads,
        List<PodStatus> pods) {

    public EngineStatus {
        pods = List.copyOf(pods);
    }
}
