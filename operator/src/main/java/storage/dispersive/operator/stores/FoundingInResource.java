package storage.dispersive.operator.stores;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.api.v1alpha1.DispersiveVolumeStatus;
import storage.dispersive.operator.founding.Founding;
import storage.dispersive.operator.founding.FoundingInStatus;
import storage.dispersive.operator.founding.FoundingRecord;
import storage.dispersive.operator.reconcile.VolumeFounding.StatusRecord;

/**
 * The founding of one volume as the status of its resource has it. What was read last may be old; a
 * write looks at what is there. For one thread.
 */
final class FoundingInResource implements FoundingRecord {

    private final StatusRecord record;
    private final String namespace;
    private DispersiveVolume seen;
    private @Nullable DispersiveVolumeStatus status;

    FoundingInResource(DispersiveVolume volume, StatusRecord record) {
        this.record = record;
        this.namespace = volume.getMetadata().getNamespace();
        this.seen = volume;
        this.status = volume.getStatus();
    }

    /**
     * The resource as it was written last; empty if somebody else has written since, whose resource
     * this has not got.
     */
    Optional<DispersiveVolume> seen() {
        return Objects.equals(seen.getStatus(), status) ? Optional.of(seen) : Optional.empty();
    }

    @Override
    public Optional<Snapshot> read() {
        return Optional.of(
                new Snapshot(
                        seen.getMetadata().getResourceVersion(),
                        FoundingInStatus.read(status, namespace)));
    }

    @Override
    public Written compareAndSet(Snapshot expected, Founding next) {
        try {
            seen =
                    record.change(now -> {
                        status = now;
                        if (!FoundingInStatus.read(now, namespace).equals(expected.founding())) {
                            throw new ChangedException();
                        }
                        return FoundingInStatus.write(now, next, namespace);
                    });
            status = seen.getStatus();
            return Written.DONE;
        } catch (ChangedException e) {
            return Written.CHANGED;
        }
    }

    /** Somebody else has written. */
    private static final class ChangedException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
