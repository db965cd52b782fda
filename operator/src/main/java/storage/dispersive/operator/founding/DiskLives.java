package storage.dispersive.operator.founding;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import storage.dispersive.operator.founding.PodAnswer.Replied;
import storage.dispersive.portion.Incarnation;
import storage.dispersive.wire.PodName;
import storage.dispersive.wire.PodReply;

/** The lives of pods' disks, as the pods said. */
record DiskLives(Map<PodName, Incarnation> byPod) {

    DiskLives {
        byPod = Map.copyOf(byPod);
    }

    /** Of those that answered with theirs. */
    static DiskLives in(Map<PodName, PodAnswer> answers) {
        Map<PodName, Incarnation> lives = new HashMap<>();
        answers.forEach((pod, answer) -> {
            if (answer instanceof Replied(PodReply.Founded(Incarnation life))) {
                lives.put(pod, life);
            } else if (answer instanceof Replied(PodReply.Description is)) {
                lives.put(pod, is.incarnation());
            }
        });
        return new DiskLives(lives);
    }

    boolean knows(PodName pod) {
        return byPod.containsKey(pod);
    }

    Incarnation of(PodName pod) {
        return Objects.requireNonNull(byPod.get(pod), pod::value);
    }
}
