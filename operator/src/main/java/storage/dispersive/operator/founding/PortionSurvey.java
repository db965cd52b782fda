package storage.dispersive.operator.founding;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import storage.dispersive.operator.founding.PodAnswer.Replied;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.wire.PodName;
import storage.dispersive.wire.PodReply.Description;
import storage.dispersive.wire.PodRequest;

/** Asks pods how they are and what they hold. Changes nothing. Blocks; safe for many threads. */
public final class PortionSurvey {

    private final PodCalls pods;

    public PortionSurvey(StoragePods pods) {
        this((PodCalls) pods);
    }

    PortionSurvey(PodCalls pods) {
        this.pods = pods;
    }

    /** What each of these pods has of a volume; by pod, in the order of names. */
    public Map<PodName, Holding> describe(VolumeId volume, Collection<PodName> named) {
        return ask(volume, named, PortionSurvey::holding);
    }

    /** How each of these pods is, without a volume in mind. */
    public Map<PodName, Serving> describe(Collection<PodName> named) {
        // Pods say how they are beside whatever volume they are asked about, also one of nobody.
        VolumeId nobodys = VolumeId.of(UUID.randomUUID());
        return ask(nobodys, named, PortionSurvey::serving);
    }

    private <T> Map<PodName, T> ask(
            VolumeId volume, Collection<PodName> named, Function<PodAnswer, T> judge) {
        Map<PodName, PodRequest> questions = new HashMap<>();
        named.forEach(pod -> questions.put(pod, new PodRequest.Describe(volume)));
        return ByPod.map(pods.ask(questions), judge);
    }

    private static Holding holding(PodAnswer answer) {
        if (!(answer instanceof Replied(Description is))) {
            return new Holding.Down(answer.complaint());
        }
        return switch (is.presence()) {
            case FOUNDED ->
                    new Holding.Held(
                            is.incarnation(), is.portions(), is.volumeBytes(), is.freeBytes());
            case UNKNOWN -> new Holding.UnknownVolume(is.incarnation(), is.freeBytes());
        };
    }

    private static Serving serving(PodAnswer answer) {
        return answer instanceof Replied(Description is)
                ? new Serving.Up(is.incarnation(), is.freeBytes())
                : new Serving.Down(answer.complaint());
    }
}
