package storage.dispersive.operator.founding;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import storage.dispersive.operator.founding.FoundingRecord.Snapshot;
import storage.dispersive.operator.founding.FoundingStep.Ask;
import storage.dispersive.operator.founding.FoundingStep.Ended;
import storage.dispersive.operator.founding.FoundingStep.Read;
import storage.dispersive.portion.Epoch;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.seal.KeyShare;
import storage.dispersive.seal.KeyShares;
import storage.dispersive.seal.VolumeKey;
import storage.dispersive.volume.Member;
import storage.dispersive.wire.PodName;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodRequest;

/**
 * One attempt to found a volume, as steps: what it decides, and nothing of how pods and the record
 * are reached. Immutable.
 */
final class FoundingAttempt {

    private static final long FIRST_SEQ = 1;

    /**
     * Below every epoch that writes, so that a pod refuses to forget by it what was ever attached:
     * a second line behind the ids.
     */
    private static final Epoch NEVER_ATTACHED = Epoch.ZERO;

    private final VolumeToFound wanted;
    private final VolumeId fresh;
    private final SecureRandom random;
    private final Set<FoundingRule> rules;

    /**
     * @param fresh an id that nobody has used
     */
    FoundingAttempt(
            VolumeToFound wanted, VolumeId fresh, SecureRandom random, Set<FoundingRule> rules) {
        this.wanted = wanted;
        this.fresh = fresh;
        this.random = random;
        this.rules = rules;
    }

    FoundingStep begin() {
        return new Read(this::decide);
    }

    private FoundingStep decide(Optional<Snapshot> recorded) {
        if (recorded.isEmpty()) {
            return lost("the volume's resource is gone");
        }
        return switch (recorded.get().founding()) {
            case Founding.Founded done -> founded(done);
            case Founding.Untried before -> describe(before, fresh, List.of());
            case Founding.Attempted before ->
                    describe(
                            before,
                            rules.contains(FoundingRule.FRESH_ID) ? fresh : before.volume(),
                            before.pods());
        };
    }

    /** Before anything is recorded: attempts that must fail would leave an id on pods each time. */
    private FoundingStep describe(Founding before, VolumeId volume, List<PodName> abandoned) {
        Set<PodName> pods = new LinkedHashSet<>(wanted.pods());
        pods.addAll(abandoned);
        return new Ask(
                all(pods, _ -> new PodRequest.Describe(volume)),
                answers -> {
                    List<String> reasons = complaints(answers, PodReply.Description.class);
                    return reasons.isEmpty()
                            ? claim(
                                    before,
                                    new Founding.Attempted(volume, wanted.pods()),
                                    DiskLives.in(answers))
                            : waiting(reasons);
                });
    }

    /** From here on the id is this attempt's alone, and that of every earlier one is dead. */
    private FoundingStep claim(Founding before, Founding.Attempted own, DiskLives lives) {
        boolean isCareful = rules.contains(FoundingRule.ABANDONED_BEFORE_FORGOTTEN);
        Supplier<FoundingStep> recorded =
                () -> isCareful ? forget(before, lives, () -> found(own)) : found(own);
        Supplier<FoundingStep> lost = () -> lost("somebody else has begun to found the volume");
        FoundingStep record = new Replacement(before::equals, own, recorded, lost, lost).begin();
        return isCareful ? record : forget(before, lives, () -> record);
    }

    /** What cannot be forgotten stays behind as an empty volume that nobody has a name for. */
    private static FoundingStep forget(
            Founding before, DiskLives lives, Supplier<FoundingStep> then) {
        if (!(before instanceof Founding.Attempted(VolumeId old, List<PodName> pods))) {
            return then.get();
        }
        List<PodName> reached = pods.stream().filter(lives::knows).toList();
        return forget(old, reached, lives, then);
    }

    private static FoundingStep forget(
            VolumeId volume, List<PodName> pods, DiskLives lives, Supplier<FoundingStep> then) {
        return pods.isEmpty()
                ? then.get()
                : new Ask(
                        all(
                                pods,
                                pod ->
                                        new PodRequest.Forget(
                                                volume, lives.of(pod), NEVER_ATTACHED)),
                        _ -> then.get());
    }

    private FoundingStep found(Founding.Attempted own) {
        return new Ask(
                bySlot(slot -> new PodRequest.Found(own.volume(), slot, wanted.code())),
                answers -> {
                    List<String> reasons = complaints(answers, PodReply.Founded.class);
                    return reasons.isEmpty()
                            ? keepKey(own, DiskLives.in(answers))
                            : waiting(reasons);
                });
    }

    private FoundingStep keepKey(Founding.Attempted own, DiskLives lives) {
        return switch (wanted.key()) {
            case SECRET -> recordMembers(own, lives);
            case DISPERSED -> {
                List<KeyShare> shares = split(own.volume());
                yield new Ask(
                        bySlot(slot ->
                                new PodRequest.KeepShare(
                                        own.volume(),
                                        lives.of(wanted.pods().get(slot)),
                                        shares.get(slot).encode())),
                        answers -> {
                            List<String> reasons = complaints(answers, PodReply.ShareKept.class);
                            return reasons.isEmpty() ? recordMembers(own, lives) : waiting(reasons);
                        });
            }
        };
    }

    /** The key lives in here, no longer than it takes to split it. */
    private List<KeyShare> split(VolumeId volume) {
        try (VolumeKey key = VolumeKey.random(random)) {
            return KeyShares.split(
                    volume, key, wanted.code().dataPortions(), wanted.code().portions(), random);
        }
    }

    private FoundingStep recordMembers(Founding.Attempted own, DiskLives lives) {
        List<Member> members = new ArrayList<>();
        for (int slot = 0; slot < wanted.pods().size(); slot++) {
            PodName pod = wanted.pods().get(slot);
            members.add(new Member(slot, pod.value(), lives.of(pod), FIRST_SEQ));
        }
        var done = new Founding.Founded(own.volume(), members);
        Predicate<Founding> ours =
                rules.contains(FoundingRule.MEMBERS_OF_RECORDED_ID)
                        ? own::equals
                        : recorded -> !(recorded instanceof Founding.Founded);
        Supplier<FoundingStep> lost = () -> lost("somebody else founds the volume, or removes it");
        Supplier<FoundingStep> givenUp = () -> forget(own.volume(), own.pods(), lives, lost);
        boolean isCareful = rules.contains(FoundingRule.FORGOTTEN_ONLY_IF_NEVER_WRITTEN);
        return new Replacement(ours, done, () -> founded(done), givenUp, isCareful ? lost : givenUp)
                .begin();
    }

    private static Map<PodName, PodRequest> all(
            Iterable<PodName> pods, Function<PodName, PodRequest> question) {
        Map<PodName, PodRequest> questions = new LinkedHashMap<>();
        pods.forEach(pod -> questions.put(pod, question.apply(pod)));
        return questions;
    }

    private Map<PodName, PodRequest> bySlot(Function<Integer, PodRequest> question) {
        return all(wanted.pods(), pod -> question.apply(wanted.pods().indexOf(pod)));
    }

    private List<String> complaints(
            Map<PodName, PodAnswer> answers, Class<? extends PodReply> expected) {
        List<String> complaints = new ArrayList<>();
        for (PodName pod : wanted.pods()) {
            PodAnswer answer = Objects.requireNonNull(answers.get(pod), pod::value);
            if (!(answer instanceof PodAnswer.Replied(PodReply reply))
                    || !expected.isInstance(reply)) {
                complaints.add(pod + ": " + answer.complaint());
            }
        }
        return complaints;
    }

    private static FoundingStep founded(Founding.Founded done) {
        return new Ended(new FoundingOutcome.Founded(done.volume(), done.members()));
    }

    private static FoundingStep waiting(List<String> reasons) {
        return new Ended(new FoundingOutcome.Waiting(reasons));
    }

    private static FoundingStep lost(String why) {
        return new Ended(new FoundingOutcome.Lost(why));
    }
}
