package storage.dispersive.volume.founding;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import storage.dispersive.loop.EventLoop;
import storage.dispersive.seal.KeyShare;
import storage.dispersive.seal.KeyShares;
import storage.dispersive.seal.VolumeKey;
import storage.dispersive.volume.Member;
import storage.dispersive.volume.VolumeSpec;
import storage.dispersive.wire.PodConnector;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodRequest;
import storage.dispersive.wire.Refusal;

/**
 * Fetches the shares of a volume's key from its stores until k of them give it back. May be called
 * from any thread; results are heard on the loop.
 */
public final class KeyFetcher {

    /** What became of it. */
    public sealed interface Result {
        /** The key is the caller's to close. */
        record Fetched(VolumeKey key) implements Result {}

        record Failed(String why) implements Result {}
    }

    private KeyFetcher() {}

    public static void fetch(
            VolumeSpec spec,
            EventLoop loop,
            PodConnector connector,
            long timeoutMillis,
            Consumer<Result> result) {
        Map<Integer, PodRequest> requests = new HashMap<>();
        for (Member member : spec.members()) {
            requests.put(member.slot(), new PodRequest.FetchShare(spec.id(), member.incarnation()));
        }
        var line = new PodCall.Line(loop, connector, timeoutMillis);
        int needed = spec.code().dataPortions();
        loop.execute(() ->
                PodCall.until(
                        line,
                        requests,
                        replies ->
                                replies.size() == requests.size()
                                        || spec.whyNotServable(lost(spec, replies)).isPresent()
                                        || shares(spec, replies).size() >= needed,
                        heard -> result.accept(combine(spec, heard))));
    }

    private static Result combine(VolumeSpec spec, PodCall.Heard heard) {
        List<KeyShare> shares = shares(spec, heard.replies());
        int needed = spec.code().dataPortions();
        if (shares.size() < needed) {
            Optional<String> lost = spec.whyNotServable(lost(spec, heard.replies()));
            if (lost.isPresent()) {
                return new Result.Failed(lost.get());
            }
            return new Result.Failed(
                    "only "
                            + shares.size()
                            + " of the "
                            + needed
                            + " shares of the key that are needed; without one: "
                            + without(spec, heard));
        }
        try {
            return new Result.Fetched(KeyShares.combine(shares.subList(0, needed)));
        } catch (IllegalArgumentException e) {
            return new Result.Failed("the shares do not give the key: " + e.getMessage());
        }
    }

    /** The shares that are what they should be; a damaged one counts as missing. */
    private static List<KeyShare> shares(VolumeSpec spec, Map<Integer, PodReply> replies) {
        List<KeyShare> shares = new ArrayList<>();
        replies.forEach((slot, reply) -> {
            if (reply instanceof PodReply.Share(byte[] bytes)) {
                try {
                    KeyShare share = KeyShare.decode(bytes);
                    if (share.volume().equals(spec.id()) && share.index() == slot + 1) {
                        shares.add(share);
                    }
                } catch (IllegalArgumentException e) {
                    // As if the store had none.
                }
            }
        });
        return shares;
    }

    private static List<Member> lost(VolumeSpec spec, Map<Integer, PodReply> replies) {
        return spec.members().stream()
                .filter(member ->
                        replies.get(member.slot()) instanceof PodReply.Refused refused
                                && (refused.refusal() == Refusal.OTHER_INCARNATION
                                        || refused.refusal() == Refusal.UNKNOWN_VOLUME))
                .toList();
    }

    private static String without(VolumeSpec spec, PodCall.Heard heard) {
        List<String> names = new ArrayList<>();
        for (Member member : spec.members()) {
            PodReply reply = heard.replies().get(member.slot());
            if (!(reply instanceof PodReply.Share)) {
                String why =
                        reply == null
                                ? heard.unreachable().get(member.slot())
                                : VolumeFounder.text(reply);
                names.add(member.podName() + " (" + why + ")");
            }
        }
        return String.join(", ", names);
    }
}
