package storage.dispersive.operator.reconcile;

import io.fabric8.kubernetes.client.CustomResource;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import storage.dispersive.api.v1alpha1.Condition;
import storage.dispersive.operator.status.ChangeEvents;

/** How what was found is told: in the status, and as events where conditions have changed. */
record Telling(ChangeEvents events, Clock clock) {

    /**
     * What is told of one kind of resource.
     *
     * @param none a status that says nothing yet
     */
    record Kind<S>(S none, Function<S, @Nullable List<Condition>> conditions) {

        /** Those of a resource; none if nothing was told of it yet. */
        List<Condition> of(CustomResource<?, S> resource) {
            S status = Objects.requireNonNullElse(resource.getStatus(), none);
            return Objects.requireNonNullElse(conditions.apply(status), List.of());
        }
    }

    /** Writes a status that follows the one that is there, and tells what is new in it. */
    <S, R extends CustomResource<?, S>> void tell(
            R before, Context<R> context, Kind<S> kind, UnaryOperator<S> report) {
        R after = StatusWriter.write(before, context, kind.none(), report);
        events.tell(after, kind.of(before), kind.of(after));
    }
}
