package storage.dispersive.volume.founding;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import storage.dispersive.loop.EventLoop;
import storage.dispersive.portion.Code;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.seal.KeyShare;
import storage.dispersive.volume.Member;
import storage.dispersive.wire.PodConnector;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodRequest;

/**
 * Founds a volume: all of its stores must make room for it, and the lives of their disks that did
 * so are the ones that will be admitted (rule 3). Attaching never founds anything. May be called
 * from any thread; results are heard on the loop.
 */
public final class VolumeFounder {

    private static final long FIRST_SEQ = 1;

    /** What became of it. */
    public sealed interface Result {
        record Founded(List<Member> members) implements Result {
            public Founded {
                members = List.copyOf(members);
            }
        }

        /** Not all stores did their part; those that did hold an empty volume. */
        record Failed(List<String> reasons) implements Result {
            public Failed {
                reasons = List.copyOf(reasons);
            }
        }
    }

    private final EventLoop loop;
    private final PodCall.Line line;
    private final List<String> podNames;

    /**
     * @param podNames of the pods, by slot
     */
    public VolumeFounder(
            EventLoop loop, PodConnector connector, long timeoutMillis, List<String> podNames) {
        this.loop = loop;
        this.line = new PodCall.Line(loop, connector, timeoutMillis);
        this.podNames = List.copyOf(podNames);
    }

    /** Makes room for a volume on the stores of all slots. */
    public void found(VolumeId volume, Code code, Consumer<Result> result) {
        if (podNames.size() != code.portions()) {
            throw new IllegalArgumentException(
                    code + " needs " + code.portions() + " pods, got " + podNames.size());
        }
        ask(
                slot -> new PodRequest.Found(volume, slot, code),
                heard -> result.accept(members(heard)));
    }

    /** Gives every store its share of the volume's key. */
    public void keepShares(
            VolumeId volume, List<Member> members, List<KeyShare> shares, Consumer<Result> result) {
        ask(
                slot ->
                        new PodRequest.KeepShare(
                                volume, members.get(slot).incarnation(), shares.get(slot).encode()),
                heard -> {
                    List<String> reasons = reasons(heard, PodReply.ShareKept.class);
                    result.accept(
                            reasons.isEmpty()
                                    ? new Result.Founded(members)
                                    : new Result.Failed(reasons));
                });
    }

    private void ask(Function<Integer, PodRequest> request, Consumer<PodCall.Heard> heard) {
        Map<Integer, PodRequest> requests = new HashMap<>();
        for (int slot = 0; slot < podNames.size(); slot++) {
            requests.put(slot, request.apply(slot));
        }
        loop.execute(() -> PodCall.all(line, requests, heard));
    }

    private Result members(PodCall.Heard heard) {
        List<String> reasons = reasons(heard, PodReply.Founded.class);
        if (!reasons.isEmpty()) {
            return new Result.Failed(reasons);
        }
        List<Member> members = new ArrayList<>();
        for (int slot = 0; slot < podNames.size(); slot++) {
            if (heard.replies().get(slot) instanceof PodReply.Founded(var incarnation)) {
                members.add(new Member(slot, podNames.get(slot), incarnation, FIRST_SEQ));
            }
        }
        return new Result.Founded(members);
    }

    private List<String> reasons(PodCall.Heard heard, Class<? extends PodReply> wanted) {
        List<String> reasons = new ArrayList<>();
        heard.unreachable()
                .forEach(
                        (slot, why) -> reasons.add(podNames.get(slot) + " did not answer: " + why));
        heard.replies()
                .forEach((slot, reply) -> {
                    if (!wanted.isInstance(reply)) {
                        reasons.add(podNames.get(slot) + " refused: " + text(reply));
                    }
                });
        return reasons;
    }

    static String text(PodReply reply) {
        return reply instanceof PodReply.Refused refused
                ? refused.detail()
                : "it answered something else";
    }
}
