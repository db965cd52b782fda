package storage.dispersive.cli.exercise;

import java.util.Optional;

/** Reads each block once. */
final class AllBlocks implements Transfers {

    private final BlockPlan plan;
    private final BlockLedger ledger;
    private int next;

    AllBlocks(BlockPlan plan, BlockLedger ledger) {
        this.plan = plan;
        this.ledger = ledger;
    }

    @Override
    public boolean isOver() {
        return next == plan.blocks();
    }

    @Override
    public Optional<Transfer> next(long nowNanos) {
        int first = next;
        int count =
                ledger.claim(first, Math.min(MixedTransfers.MOST_BLOCKS, plan.neighbours(first)));
        next += count;
        return count == 0
                ? Optional.empty()
                : Optional.of(new Transfer(Transfer.Kind.READ, first, count));
    }
}
