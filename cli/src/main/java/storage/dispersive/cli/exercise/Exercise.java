package storage.dispersive.cli.exercise;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import storage.dispersive.disk.VirtualDisk;

/**
 * Numbered blocks on one volume, whose disk may be another one after each opening. Used by one
 * thread.
 */
public final class Exercise {

    private final BlockPlan plan;
    private final BlockLedger ledger;
    private final Settings settings;
    private long failedOperations;
    private String firstFailure = "";

    /**
     * How a disk is exercised.
     *
     * @param depth requests under way at once
     * @param writeBytesPerSecond 0 for as many as can be, as for reads
     * @param seed of all that is drawn
     */
    public record Settings(
            int depth, long writeBytesPerSecond, long readBytesPerSecond, long seed) {}

    public Exercise(BlockPlan plan, Settings settings) {
        this.plan = plan;
        this.settings = settings;
        this.ledger = new BlockLedger(settings.seed(), plan.blocks());
    }

    public BlockLedger ledger() {
        return ledger;
    }

    /** Requests that failed while blocks were written and read. */
    public long failedOperations() {
        return failedOperations;
    }

    /** The first of those, in words. */
    public String firstFailure() {
        return firstFailure;
    }

    /**
     * The number of a block that would be overwritten though it holds something that this program
     * did not write; -1 if there is none.
     *
     * @throws IOException if one cannot be read
     */
    public int firstForeignBlock(VirtualDisk disk) throws IOException {
        ForeignBlocks foreign = new ForeignBlocks();
        new Pump(disk, plan, settings.depth(), ledger, foreign)
                .run(new AllBlocks(plan, ledger), _ -> {});
        if (!foreign.failure.isEmpty()) {
            throw new IOException(foreign.failure);
        }
        return foreign.first;
    }

    /**
     * Writes and reads until {@code over}, or until the disk says that nothing will succeed any
     * more, and waits for the end of what is under way.
     */
    public void run(VirtualDisk disk, BooleanSupplier over, Consumer<Second> eachSecond) {
        Pump pump = new Pump(disk, plan, settings.depth(), ledger, new Judged(false));
        pump.run(new MixedTransfers(plan, ledger, settings, System.nanoTime(), over), eachSecond);
    }

    /** Reads all blocks and judges them; what cannot be read is wrong. */
    public void verify(VirtualDisk disk) {
        Pump pump = new Pump(disk, plan, settings.depth(), ledger, new Judged(true));
        pump.run(new AllBlocks(plan, ledger), _ -> {});
    }

    /** Compares what is read with the ledger. */
    private final class Judged implements Pump.Hearer {
        private final boolean mustBeReadable;

        Judged(boolean mustBeReadable) {
            this.mustBeReadable = mustBeReadable;
        }

        @Override
        public void read(int number, MemorySegment block) {
            ledger.check(number, block);
        }

        @Override
        public void failed(Transfer transfer, String why) {
            if (mustBeReadable) {
                for (int i = 0; i < transfer.count(); i++) {
                    ledger.unreadable(transfer.first() + i, why);
                }
                return;
            }
            failedOperations++;
            if (firstFailure.isEmpty()) {
                firstFailure =
                        "%s of %d blocks from block %d on: %s"
                                .formatted(
                                        transfer.kind() == Transfer.Kind.READ ? "read" : "write",
                                        transfer.count(),
                                        transfer.first(),
                                        why);
            }
        }
    }

    /** Looks for what others wrote. */
    private static final class ForeignBlocks implements Pump.Hearer {
        private int first = -1;
        private String failure = "";

        @Override
        public void read(int number, MemorySegment block) {
            boolean foreign = !NumberedBlock.isNumbered(block) && !NumberedBlock.isEmpty(block);
            if (foreign && (first < 0 || number < first)) {
                first = number;
            }
        }

        @Override
        public void failed(Transfer transfer, String why) {
            failure = "block " + transfer.first() + " cannot be read: " + why;
        }
    }
}
