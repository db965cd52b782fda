package storage.dispersive.operator.status;

import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import storage.dispersive.api.v1alpha1.DispersiveVolumeStatus;
import storage.dispersive.api.v1alpha1.Portion;
import storage.dispersive.operator.status.VolumeFindings.Founding;

/**
 * What the status of a volume says after something was found. Who attaches it, its id, and which
 * lives of disks are admitted are not the report's: they stay as they are.
 */
public final class VolumeReport {

    private static final int BLOCK_BYTES = 4096;

    private final VolumeFindings found;
    private final Instant now;

    public VolumeReport(VolumeFindings found, Instant now) {
        this.found = found;
        this.now = now;
    }

    /** The status that follows one that was read; equal to it if nothing has changed. */
    public DispersiveVolumeStatus after(DispersiveVolumeStatus before) {
        long generation = found.volume().getMetadata().getGeneration();
        return new DispersiveVolumeStatus(
                generation,
                new ConditionHistory(before.conditions())
                        .with(new VolumeConditions(found).all(), generation, now),
                before.volumeId(),
                capacity(before),
                used(before),
                found.claim().map(it -> it.quantity()).orElse(before.claim()),
                found.mayBeMissing(),
                before.attachment(),
                portions(before),
                before.connections(),
                before.format());
    }

    /** What is promised stays promised, and more only once storage pods have room for it. */
    private @Nullable Quantity capacity(DispersiveVolumeStatus before) {
        if (found.founding() == Founding.TO_COME
                || (before.capacity() != null && found.growth().state() != Growth.State.DONE)) {
            return before.capacity();
        }
        long wanted = found.volume().getSpec().size().getNumericalAmount().longValue();
        Quantity rounded = bytes(Math.ceilDiv(wanted, (long) BLOCK_BYTES) * BLOCK_BYTES);
        return same(before.capacity(), rounded) ? before.capacity() : rounded;
    }

    private @Nullable Quantity used(DispersiveVolumeStatus before) {
        if (found.portions().isEmpty()
                || found.portions().stream().anyMatch(it -> it.bytes() == null)) {
            return before.used();
        }
        Quantity sum =
                bytes(
                        found.portions().stream()
                                .mapToLong(it -> number(Objects.requireNonNull(it.bytes())))
                                .sum());
        return same(before.used(), sum) ? before.used() : sum;
    }

    private @Nullable List<Portion> portions(DispersiveVolumeStatus before) {
        List<Portion> recorded = Objects.requireNonNullElse(before.portions(), List.of());
        if (found.portions().isEmpty()) {
            return before.portions();
        }
        List<Portion> rows = new ArrayList<>();
        for (Portion row : found.portions()) {
            rows.add(
                    recorded.stream()
                            .filter(it -> it.index() == row.index())
                            .findFirst()
                            .map(it -> merged(row, it))
                            .orElse(row));
        }
        return rows;
    }

    private static Portion merged(Portion row, Portion recorded) {
        boolean isSame = row.pod().equals(recorded.pod());
        if (!isSame && recorded.incarnation() != null) {
            return recorded;
        }
        Quantity bytes =
                row.bytes() == null || same(recorded.bytes(), row.bytes())
                        ? recorded.bytes()
                        : row.bytes();
        return new Portion(
                row.index(),
                row.pod(),
                row.address(),
                row.node(),
                row.domain(),
                row.state(),
                recorded.incarnation(),
                recorded.admittedFromSeq(),
                bytes);
    }

    private static boolean same(@Nullable Quantity one, @Nullable Quantity other) {
        return one != null && other != null && number(one) == number(other);
    }

    private static long number(Quantity quantity) {
        return quantity.getNumericalAmount().longValue();
    }

    /** Bytes as Kubernetes writes them, in the largest unit without a fraction. */
    static Quantity bytes(long bytes) {
        String[] units = {"", "Ki", "Mi", "Gi", "Ti"};
        int unit = 0;
        long number = bytes;
        while (number != 0 && number % 1024 == 0 && unit < units.length - 1) {
            number /= 1024;
            unit++;
        }
        return new Quantity(Long.toString(number), units[unit]);
    }
}
