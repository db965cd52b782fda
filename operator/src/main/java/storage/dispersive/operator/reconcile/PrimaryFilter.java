package storage.dispersive.operator.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Objects;

/** Which changes of a resource matter to its reconciler; most are its own, to the status. */
final class PrimaryFilter {

    private PrimaryFilter() {}

    /** Whether somebody wants something else than before. */
    static boolean isWish(HasMetadata now, HasMetadata before) {
        return !Objects.equals(
                        now.getMetadata().getGeneration(), before.getMetadata().getGeneration())
                || !Objects.equals(
                        now.getMetadata().getDeletionTimestamp(),
                        before.getMetadata().getDeletionTimestamp())
                || !Objects.equals(
                        now.getMetadata().getFinalizers(), before.getMetadata().getFinalizers())
                || !Objects.equals(
                        now.getMetadata().getAnnotations(), before.getMetadata().getAnnotations());
    }
}
