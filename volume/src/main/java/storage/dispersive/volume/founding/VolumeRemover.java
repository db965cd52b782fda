package storage.dispersive.volume.founding;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import storage.dispersive.loop.EventLoop;
import storage.dispersive.portion.Epoch;
import storage.dispersive.volume.Member;
import storage.dispersive.volume.VolumeSpec;
import storage.dispersive.wire.PodConnector;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodRequest;
import storage.dispersive.wire.Refusal;

/**
 * Deletes what the stores hold of a volume. May be called from any thread; the result is heard on
 * the loop. Repeating it is harmless.
 */
public final class VolumeRemover {

    private VolumeRemover() {}

    /**
     * Asks all stores of a volume to forget it.
     *
     * @param epoch above every epoch that ever wrote the volume
     * @param result hears why, of each pod that may still hold something; empty when none does
     */
    public static void remove(
            VolumeSpec spec,
            Epoch epoch,
            EventLoop loop,
            PodConnector connector,
            long timeoutMillis,
            Consumer<Map<String, String>> result) {
        Map<Integer, PodRequest> requests = new HashMap<>();
        for (Member member : spec.members()) {
            requests.put(
                    member.slot(), new PodRequest.Forget(spec.id(), member.incarnation(), epoch));
        }
        var line = new PodCall.Line(loop, connector, timeoutMillis);
        loop.execute(() -> PodCall.all(line, requests, heard -> result.accept(left(spec, heard))));
    }

    private static Map<String, String> left(VolumeSpec spec, PodCall.Heard heard) {
        Map<String, String> left = new TreeMap<>();
        heard.unreachable().forEach((slot, why) -> left.put(name(spec, slot), why));
        heard.replies()
                .forEach((slot, reply) -> {
                    if (!isGone(reply)) {
                        left.put(name(spec, slot), VolumeFounder.text(reply));
                    }
                });
        return left;
    }

    /** A store that lost its disk has nothing of the volume any more. */
    private static boolean isGone(PodReply reply) {
        return reply instanceof PodReply.Forgotten
                || (reply instanceof PodReply.Refused refused
                        && (refused.refusal() == Refusal.OTHER_INCARNATION
                                || refused.refusal() == Refusal.UNKNOWN_VOLUME));
    }

    private static String name(VolumeSpec spec, int slot) {
        return spec.members().get(slot).podName();
    }
}
