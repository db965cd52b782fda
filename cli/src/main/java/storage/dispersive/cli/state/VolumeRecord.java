package storage.dispersive.cli.state;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import storage.dispersive.portion.Code;
import storage.dispersive.portion.VolumeId;

/**
 * All that is known of a volume outside its pods. In a cluster this is the status of a resource;
 * here it is a file, changed by compare-and-set alone ({@link VolumeRecords}).
 *
 * @param version goes up by one at every change
 * @param id a UUID
 * @param key as {@link KeySource} spells it
 * @param members by slot; without incarnations before the pods have founded the volume
 * @param generation of the last attachment; every attachment and take-over has a new one
 * @param attachment null while the volume is not attached
 */
public record VolumeRecord(
        int format,
        long version,
        String name,
        String id,
        long sizeBytes,
        int data,
        int redundancy,
        String key,
        Phase phase,
        List<MemberRecord> members,
        long generation,
        @Nullable Attachment attachment) {

    public static final int FORMAT = 1;

    /** How far the making or the removing of a volume has come. */
    public enum Phase {
        /** Some pods may know it and others not; it can only be deleted. */
        CREATING,
        READY,
        /** Some pods may have forgotten it already; it can only be deleted. */
        DELETING
    }

    /** One pod's place in the volume. The incarnation is 16 hexadecimal digits, or empty. */
    public record MemberRecord(int slot, String pod, String incarnation, long admittedFromSeq) {}

    /** Who serves the volume; {@code since} is an instant as ISO 8601 writes it. */
    public record Attachment(Face face, String since) {}

    public VolumeRecord {
        if (format != FORMAT) {
            throw new IllegalArgumentException(
                    "it is of format " + format + ", this program knows " + FORMAT);
        }
        if (version < 1 || generation < 0) {
            throw new IllegalArgumentException("version " + version + ", generation " + generation);
        }
        members = List.copyOf(members);
    }

    public static VolumeRecord creating(
            String name, VolumeId id, long sizeBytes, Code code, KeySource key) {
        return new VolumeRecord(
                FORMAT,
                1,
                name,
                id.toString(),
                sizeBytes,
                code.dataPortions(),
                code.parityPortions(),
                key.toString(),
                Phase.CREATING,
                List.of(),
                0,
                null);
    }

    public Code code() {
        return new Code(data, redundancy);
    }

    public VolumeId volumeId() {
        return VolumeId.parse(id);
    }

    public KeySource keySource() {
        return KeySource.parse(key);
    }

    public List<String> podNames() {
        List<String> names = new ArrayList<>();
        members.forEach(member -> names.add(member.pod()));
        return names;
    }

    /** The record with these pods, by slot, whose incarnations are not known yet. */
    public VolumeRecord on(List<String> pods) {
        List<MemberRecord> chosen = new ArrayList<>();
        for (int slot = 0; slot < pods.size(); slot++) {
            chosen.add(new MemberRecord(slot, pods.get(slot), "", 1));
        }
        return new VolumeRecord(
                format,
                version,
                name,
                id,
                sizeBytes,
                data,
                redundancy,
                key,
                phase,
                chosen,
                generation,
                attachment);
    }

    public VolumeRecord founded(List<MemberRecord> founded) {
        return next(Phase.READY, founded, generation, null);
    }

    public VolumeRecord deleting() {
        return next(Phase.DELETING, members, generation, null);
    }

    /** The record under the next generation. */
    public VolumeRecord attached(Attachment to) {
        return next(phase, members, Math.addExact(generation, 1), to);
    }

    public VolumeRecord detached() {
        return next(phase, members, generation, null);
    }

    private VolumeRecord next(
            Phase nextPhase,
            List<MemberRecord> nextMembers,
            long nextGeneration,
            @Nullable Attachment nextAttachment) {
        return new VolumeRecord(
                format,
                version + 1,
                name,
                id,
                sizeBytes,
                data,
                redundancy,
                key,
                nextPhase,
                nextMembers,
                nextGeneration,
                nextAttachment);
    }
}
