package storage.dispersive.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Knows which values a block may show. Every write of a block has a value of its own, but zeros,
 * which several may have. A write took effect at some moment between its start and its answer; one
 * that failed, or whose engine died, at some moment after its start or never. A value that was read
 * had taken effect by then.
 */
final class RegisterChecker {

    static final long ZERO = 0;

    private static final long NEVER = Long.MAX_VALUE;

    private final Map<Long, List<Write>> writes = new HashMap<>();

    /** One write of one block, since it was begun. */
    static final class Write {
        private final long value;
        private final long beganNanos;
        private long tookEffectByNanos = NEVER;

        private Write(long value, long beganNanos) {
            this.value = value;
            this.beganNanos = beganNanos;
        }

        void succeeded(long nowNanos) {
            tookEffectByNanos = Math.min(tookEffectByNanos, nowNanos);
        }
    }

    Write begin(long block, long value, long nowNanos) {
        Write write = new Write(value, nowNanos);
        of(block).add(write);
        return write;
    }

    /**
     * Checks a value that was read.
     *
     * @throws Violation if the block may not show it
     */
    void read(long block, long value, long beganNanos, long endedNanos) {
        List<Write> all = of(block);
        Write seen = null;
        for (Write write : all) {
            if (write.value == value
                    && write.beganNanos <= endedNanos
                    && !isOverwritten(write, all, beganNanos)) {
                seen = write;
            }
        }
        if (seen == null) {
            throw new Violation("block " + block + " shows " + value + ", of " + describe(all));
        }
        if (value != ZERO) {
            seen.succeeded(endedNanos);
        }
    }

    /** Whether another write began after this one had taken effect, and ended before the read. */
    private static boolean isOverwritten(Write write, List<Write> all, long readBeganNanos) {
        for (Write other : all) {
            if (other.beganNanos > write.tookEffectByNanos
                    && other.tookEffectByNanos < readBeganNanos) {
                return true;
            }
        }
        return false;
    }

    private List<Write> of(long block) {
        return writes.computeIfAbsent(
                block,
                _ -> {
                    List<Write> all = new ArrayList<>();
                    Write blank = new Write(ZERO, -1);
                    blank.succeeded(-1);
                    all.add(blank);
                    return all;
                });
    }

    private static String describe(List<Write> all) {
        StringBuilder text = new StringBuilder();
        for (Write write : all.subList(Math.max(0, all.size() - 8), all.size())) {
            text.append(write.value).append('@').append(write.beganNanos).append("..");
            text.append(write.tookEffectByNanos == NEVER ? "?" : "" + write.tookEffectByNanos);
            text.append(' ');
        }
        return text.toString();
    }

    /** Something was read that may not be. */
    static final class Violation extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Violation(String message) {
            super(message);
        }
    }
}
