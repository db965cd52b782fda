package storage.dispersive.cli.exercise;

import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;

/**
 * Writes each block once, one after the other, and meanwhile and then writes and reads at random.
 */
final class MixedTransfers implements Transfers {

    static final int MOST_BLOCKS = 8;
    static final long MOST_BYTES = (long) MOST_BLOCKS * NumberedBlock.BYTES;

    /** Blocks that are under way may be hit a few times before another request is begun later. */
    private static final int ATTEMPTS = 8;

    private final BlockPlan plan;
    private final BlockLedger ledger;
    private final Random random;
    private final Pace writes;
    private final Pace reads;
    private final BooleanSupplier over;

    /** Blocks from here on were never written. */
    private int frontier;

    MixedTransfers(
            BlockPlan plan,
            BlockLedger ledger,
            Exercise.Settings settings,
            long nowNanos,
            BooleanSupplier over) {
        this.plan = plan;
        this.ledger = ledger;
        this.random = new Random(settings.seed());
        this.writes = new Pace(settings.writeBytesPerSecond(), nowNanos);
        this.reads = new Pace(settings.readBytesPerSecond(), nowNanos);
        this.over = over;
    }

    @Override
    public boolean isOver() {
        return over.getAsBoolean();
    }

    @Override
    public Optional<Transfer> next(long nowNanos) {
        boolean mayWrite = writes.isOpen(nowNanos);
        boolean mayRead = reads.isOpen(nowNanos) && frontier > 0;
        if (mayWrite && (!mayRead || random.nextBoolean())) {
            return frontier < plan.blocks() ? Optional.of(fresh()) : random(Transfer.Kind.WRITE);
        }
        return mayRead ? random(Transfer.Kind.READ) : Optional.empty();
    }

    private Transfer fresh() {
        int count = ledger.claim(frontier, wanted(frontier, plan.blocks()));
        Transfer transfer = begin(new Transfer(Transfer.Kind.WRITE, frontier, count));
        frontier += count;
        return transfer;
    }

    private Optional<Transfer> random(Transfer.Kind kind) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int first = random.nextInt(frontier);
            int count = ledger.claim(first, wanted(first, frontier));
            if (count > 0) {
                return Optional.of(begin(new Transfer(kind, first, count)));
            }
        }
        return Optional.empty();
    }

    private int wanted(int first, int end) {
        return Math.min(
                1 + random.nextInt(MOST_BLOCKS), Math.min(plan.neighbours(first), end - first));
    }

    private Transfer begin(Transfer transfer) {
        (transfer.kind() == Transfer.Kind.WRITE ? writes : reads).spend(transfer.bytes());
        return transfer;
    }
}
