package storage.dispersive.volume;

import storage.dispersive.portion.Code;
import storage.dispersive.portion.Incarnation;

/**
 * One of a volume's stores, as the volume's record admits it.
 *
 * @param incarnation the life of the store's disk that was admitted; another has no vote
 * @param admittedFromSeq the incarnation answers only for stripes from this seq on (rule 4)
 */
public record Member(int slot, String podName, Incarnation incarnation, long admittedFromSeq) {

    public Member {
        if (slot < 0 || slot >= Code.MAX_PORTIONS || podName.isBlank() || admittedFromSeq < 1) {
            throw new IllegalArgumentException(
                    "no such member: slot " + slot + " pod '" + podName + "'");
        }
    }
}
