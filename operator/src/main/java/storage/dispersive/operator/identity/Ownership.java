package storage.dispersive.operator.identity;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What objects say of themselves, and whom they say that they belong to. */
final class Ownership {

    private Ownership() {}

    static @Nullable String label(HasMetadata object, String name) {
        Map<String, String> labels = object.getMetadata().getLabels();
        return labels == null ? null : labels.get(name);
    }

    static Optional<OwnerReference> controller(HasMetadata object) {
        return object.getMetadata().getOwnerReferences().stream()
                .filter(owner -> Boolean.TRUE.equals(owner.getController()))
                .findFirst();
    }

    /** By this one and none that had its name before. */
    static boolean isControlledBy(HasMetadata object, HasMetadata by) {
        return controller(object)
                .filter(owner -> owner.getApiVersion().equals(by.getApiVersion()))
                .filter(owner -> owner.getKind().equals(by.getKind()))
                .filter(owner -> owner.getName().equals(by.getMetadata().getName()))
                .filter(owner -> owner.getUid().equals(by.getMetadata().getUid()))
                .isPresent();
    }
}
