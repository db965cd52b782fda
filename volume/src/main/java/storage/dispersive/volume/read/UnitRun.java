package storage.dispersive.volume.read;

import java.lang.foreign.MemorySegment;
import storage.dispersive.disk.VirtualDisk;
import storage.dispersive.portion.PortionFormat;
import storage.dispersive.seal.BlockSealer;
import storage.dispersive.volume.map.StripeTable.Stripe;

/**
 * Consecutive logical blocks that are consecutive units of one data portion, and where their
 * content goes.
 *
 * @param index the data portion
 * @param destination as long as the blocks
 */
record UnitRun(
        Stripe stripe,
        int index,
        int firstUnit,
        int units,
        long firstBlock,
        MemorySegment destination) {

    int bytes() {
        return units * PortionFormat.UNIT_BYTES;
    }

    /** Opens the blocks into the destination; false if one is not what was sealed. */
    boolean open(BlockSealer sealer, MemorySegment sealed) {
        int firstOrdinal = index * stripe.unitsPerPortion() + firstUnit;
        for (int unit = 0; unit < units; unit++) {
            boolean authentic =
                    sealer.open(
                            stripe.seq(),
                            firstOrdinal + unit,
                            firstBlock + unit,
                            sealed,
                            (long) unit * PortionFormat.UNIT_BYTES,
                            destination,
                            (long) unit * VirtualDisk.BLOCK_BYTES);
            if (!authentic) {
                return false;
            }
        }
        return true;
    }
}
