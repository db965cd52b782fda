package storage.dispersive.operator.founding;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import storage.dispersive.operator.founding.PodAnswer.Replied;
import storage.dispersive.portion.Epoch;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.wire.PodName;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodReply.Description;
import storage.dispersive.wire.PodReply.Presence;
import storage.dispersive.wire.PodRequest;

/**
 * Has pods forget a volume that is deleted, founded or not. Repeating it is harmless. Blocks; safe
 * for many threads.
 */
public final class VolumeRemoval {

    private final PodCalls pods;

    public VolumeRemoval(StoragePods pods) {
        this((PodCalls) pods);
    }

    VolumeRemoval(PodCalls pods) {
        this.pods = pods;
    }

    /**
     * Asks each pod for the life of its disk and has it forget the volume if it knows it, whatever
     * life was admitted: nothing of it is to stay.
     *
     * @param lastGeneration of the volume's attachments, 0 if it never had one. Pods refuse what
     *     comes later than an attachment that this does not count.
     * @return by pod, in the order of names
     */
    public Map<PodName, Forgetting> forget(
            VolumeId volume, Collection<PodName> named, long lastGeneration) {
        // Above all that this generation wrote, below all that the next one would.
        Epoch epoch = new Epoch(lastGeneration + 1, 0);
        Map<PodName, PodRequest> questions = new HashMap<>();
        named.forEach(pod -> questions.put(pod, new PodRequest.Describe(volume)));
        Map<PodName, PodAnswer> answers = pods.ask(questions);
        Map<PodName, PodRequest> wishes = new HashMap<>();
        answers.forEach((pod, answer) -> {
            if (answer instanceof Replied(Description is) && is.presence() == Presence.FOUNDED) {
                wishes.put(pod, new PodRequest.Forget(volume, is.incarnation(), epoch));
            }
        });
        Map<PodName, PodAnswer> latest = new HashMap<>(answers);
        latest.putAll(pods.ask(wishes));
        return ByPod.map(latest, VolumeRemoval::judge);
    }

    private static Forgetting judge(PodAnswer answer) {
        if (answer instanceof Replied(PodReply.Forgotten _)) {
            return new Forgetting.Gone();
        }
        return answer instanceof Replied(Description is) && is.presence() == Presence.UNKNOWN
                ? new Forgetting.Gone()
                : new Forgetting.Left(answer.complaint());
    }
}
