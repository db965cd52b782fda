package storage.dispersive.operator.pods;

import io.fabric8.kubernetes.api.model.TolerationBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;
import storage.dispersive.api.v1alpha1.Placement;
import storage.dispersive.api.v1alpha1.Toleration;

/** The taints that a set's pods tolerate, as a pod says it. */
final class Tolerations {

    private Tolerations() {}

    static List<io.fabric8.kubernetes.api.model.Toleration> of(Placement placement) {
        List<Toleration> wanted = placement.tolerations();
        return wanted == null ? List.of() : wanted.stream().map(Tolerations::of).toList();
    }

    private static io.fabric8.kubernetes.api.model.Toleration of(Toleration wanted) {
        return new TolerationBuilder()
                .withKey(wanted.key())
                .withOperator(text(wanted.operator()))
                .withValue(wanted.value())
                .withEffect(text(wanted.effect()))
                .withTolerationSeconds(wanted.tolerationSeconds())
                .build();
    }

    private static @Nullable String text(Toleration.@Nullable Operator operator) {
        return switch (operator) {
            case null -> null;
            case EXISTS -> "Exists";
            case EQUAL -> "Equal";
        };
    }

    private static @Nullable String text(Toleration.@Nullable Effect effect) {
        return switch (effect) {
            case null -> null;
            case NO_SCHEDULE -> "NoSchedule";
            case PREFER_NO_SCHEDULE -> "PreferNoSchedule";
            case NO_EXECUTE -> "NoExecute";
        };
    }
}
