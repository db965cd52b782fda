package storage.dispersive.volume;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import storage.dispersive.disk.VirtualDisk;
import storage.dispersive.portion.Code;
import storage.dispersive.portion.Extent;
import storage.dispersive.portion.VolumeId;

/**
 * What is recorded of a volume, outside of it.
 *
 * @param sizeBytes a positive multiple of {@value VirtualDisk#BLOCK_BYTES}
 * @param members one per portion of the widest stripe, by slot
 */
public record VolumeSpec(VolumeId id, long sizeBytes, Code code, List<Member> members) {

    public VolumeSpec {
        members = List.copyOf(members);
        if (sizeBytes <= 0
                || sizeBytes % VirtualDisk.BLOCK_BYTES != 0
                || sizeBytes / VirtualDisk.BLOCK_BYTES > Extent.MAX_LOGICAL_BLOCK) {
            throw new IllegalArgumentException(
                    "the size must be a positive multiple of "
                            + VirtualDisk.BLOCK_BYTES
                            + " bytes, got "
                            + sizeBytes);
        }
        if (members.size() != code.portions()) {
            throw new IllegalArgumentException(
                    code + " needs " + code.portions() + " members, got " + members.size());
        }
        for (int slot = 0; slot < members.size(); slot++) {
            if (members.get(slot).slot() != slot) {
                throw new IllegalArgumentException("members must stand in the order of slots");
            }
        }
    }

    /** Pods without which nobody can attach: k to read, m + 1 to write. */
    public int podsNeeded() {
        return Math.max(code.dataPortions(), code.parityPortions() + 1);
    }

    /** Why nobody can attach when these stores have lost what they held; empty if one can. */
    public Optional<String> whyNotServable(List<Member> lost) {
        return members.size() - lost.size() >= podsNeeded()
                ? Optional.empty()
                : Optional.of(
                        lost.size()
                                + " of its "
                                + members.size()
                                + " storage pods lost what they held ("
                                + lost.stream()
                                        .map(Member::podName)
                                        .collect(Collectors.joining(", "))
                                + "), and "
                                + podsNeeded()
                                + " are needed");
    }

    public long blocks() {
        return sizeBytes / VirtualDisk.BLOCK_BYTES;
    }
}
