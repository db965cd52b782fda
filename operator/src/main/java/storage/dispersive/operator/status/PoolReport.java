package storage.dispersive.operator.status;

import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import storage.dispersive.api.v1alpha1.DispersivePoolStatus;
import storage.dispersive.api.v1alpha1.DispersivePoolStatus.PoolPod;

/** What the status of a pool says after something was found. */
public final class PoolReport {

    private final PoolFindings found;
    private final Instant now;

    public PoolReport(PoolFindings found, Instant now) {
        this.found = found;
        this.now = now;
    }

    /** The status that follows one that was read; equal to it if nothing has changed. */
    public DispersivePoolStatus after(DispersivePoolStatus before) {
        long generation = found.pool().getMetadata().getGeneration();
        return new DispersivePoolStatus(
                generation,
                new ConditionHistory(before.conditions())
                        .with(new PoolConditions(found).all(), generation, now),
                found.serving(),
                found.volumes(),
                sum(before.capacity(), PoolPod::capacity),
                sum(before.used(), PoolPod::used),
                found.pods().isEmpty() ? before.pods() : found.pods());
    }

    private @Nullable Quantity sum(
            @Nullable Quantity before, Function<PoolPod, @Nullable Quantity> part) {
        if (found.pods().isEmpty()) {
            return before;
        }
        Quantity sum =
                VolumeReport.bytes(
                        found.pods().stream()
                                .map(part)
                                .filter(Objects::nonNull)
                                .mapToLong(it -> it.getNumericalAmount().longValue())
                                .sum());
        return sum.equals(before) ? before : sum;
    }
}
