package storage.dispersive.volume.map;

import java.util.List;
import storage.dispersive.portion.Code;
import storage.dispersive.portion.Epoch;
import storage.dispersive.portion.Holder;
import storage.dispersive.portion.PortionKey;
import storage.dispersive.portion.RunId;
import storage.dispersive.portion.StripeHeader;

/**
 * Where the portions of a stripe are, and whose key opens it. Many stripes share one.
 *
 * @param epoch of the sender, part of each portion's identity
 * @param attempt the one that was committed
 */
public record Placement(Epoch epoch, int attempt, Code code, List<Holder> holders, RunId sealedBy) {

    public static Placement of(StripeHeader header) {
        return new Placement(
                header.epoch(),
                header.attempt(),
                header.code(),
                header.holders(),
                header.sealedBy());
    }

    public PortionKey key(long seq, int index) {
        return new PortionKey(epoch, seq, attempt, index);
    }
}
