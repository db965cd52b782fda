package storage.dispersive.engine.control;

import java.util.List;

/**
 * An engine process at one moment.
 *
 * @param lacks what the machine refuses that would keep it from waiting for memory; one line each
 * @param damaged files of its state that cannot be read; their volumes are not served
 * @param sharedSlots buffers for requests that all volumes share
 * @param mapBytes what the maps of all volumes need, of {@code mapBudgetBytes}
 */
public record ProcessReport(
        long pid,
        List<String> lacks,
        List<String> damaged,
        int sharedSlots,
        int freeSharedSlots,
        long lockedBytes,
        long mapBytes,
        long mapBudgetBytes,
        long heapBytes,
        long heapLimitBytes) {

    public ProcessReport {
        lacks = List.copyOf(lacks);
        damaged = List.copyOf(damaged);
    }
}
