package storage.dispersive.operator.founding;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import storage.dispersive.wire.PodName;

/** Makes of what pods answered what it means. */
final class ByPod {

    private ByPod() {}

    static <T> SortedMap<PodName, T> map(
            Map<PodName, PodAnswer> answers, Function<PodAnswer, T> judge) {
        SortedMap<PodName, T> judged = new TreeMap<>(PodNames.ORDER);
        answers.forEach((pod, answer) -> judged.put(pod, judge.apply(answer)));
        return Collections.unmodifiableSortedMap(judged);
    }
}
