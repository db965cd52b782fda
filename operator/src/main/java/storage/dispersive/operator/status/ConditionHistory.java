package storage.dispersive.operator.status;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import storage.dispersive.api.v1alpha1.Condition;

/**
 * The conditions that a resource has had, which say since when each of the present ones is as it
 * is. Immutable.
 */
final class ConditionHistory {

    private final List<Condition> before;

    ConditionHistory(@Nullable List<Condition> before) {
        this.before = before == null ? List.of() : List.copyOf(before);
    }

    /** The same list again if nothing has changed. Types that nobody found are others' and stay. */
    List<Condition> with(List<Finding> found, long generation, Instant now) {
        String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        List<Condition> after =
                new ArrayList<>(
                        found.stream()
                                .map(finding -> finding.since(since(finding, time), generation))
                                .toList());
        for (Condition other : before) {
            if (isOthers(other)) {
                after.add(other);
            }
        }
        return List.copyOf(after);
    }

    private static boolean isOthers(Condition condition) {
        for (Aspect type : Aspect.values()) {
            if (type.word().equals(condition.type())) {
                return false;
            }
        }
        return true;
    }

    private String since(Finding finding, String now) {
        return of(finding.type().word())
                .filter(it -> it.status() == finding.status())
                .map(Condition::lastTransitionTime)
                .orElse(now);
    }

    private Optional<Condition> of(String type) {
        return before.stream().filter(it -> it.type().equals(type)).findFirst();
    }

    /** The conditions of a later list whose status or reason is new. */
    List<Condition> changed(List<Condition> after) {
        return after.stream()
                .filter(now ->
                        of(now.type())
                                .filter(was ->
                                        was.status() == now.status()
                                                && Objects.equals(was.reason(), now.reason()))
                                .isEmpty())
                .toList();
    }
}
