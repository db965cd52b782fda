package storage.dispersive.operator.founding;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import storage.dispersive.api.v1alpha1.Encryption;
import storage.dispersive.operator.founding.FoundingRecord.Written;
import storage.dispersive.portion.Code;
import storage.dispersive.portion.Incarnation;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.wire.PodName;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodRequest;

/**
 * Two operators that found one volume, each taking itself for the only one, while messages are
 * late, answers are lost, caches are old, and operators stop for as long as it is unpleasant, or
 * die. One thread; chance, which a seed makes, says all that happens. Runs the real {@link
 * FoundingAttempt}.
 */
final class FoundingModel {

    private static final Code CODE = new Code(2, 1);
    private static final int EVENTS = 250;
    private static final int MOST_ATTEMPTS = 4;
    private static final SecureRandom SECRETS = new SecureRandom();

    private final Random random;
    private final Set<FoundingRule> rules;
    private final Encryption.Key key;
    private final ModelRecord record = new ModelRecord();
    private final List<ModelPod> pods = new ArrayList<>();
    private final List<Operator> operators =
            List.of(new Operator("A", true), new Operator("B", true));
    private final List<Message> underWay = new ArrayList<>();
    private final FoundingTruth truth;
    private final List<String> trace = new ArrayList<>();
    private int ids;
    private boolean foundedInTheMess;

    FoundingModel(Random random, Set<FoundingRule> rules, Encryption.Key key) {
        this.random = random;
        this.rules = rules;
        this.key = key;
        for (int slot = 0; slot < CODE.portions(); slot++) {
            pods.add(new ModelPod(new Incarnation(slot + 1)));
        }
        this.truth = new FoundingTruth(record, pods, key);
    }

    /** Something on its way; what it does when it comes may be after nobody waits any more. */
    private record Message(Operator from, int waitedForBy, String what, Runnable delivery) {}

    /** What was done wrong, with all that led there; empty if nothing was. */
    Optional<String> run() {
        Operator leading = operators.getFirst();
        for (int event = 0; event < EVENTS; event++) {
            if (random.nextInt(25) == 0) {
                leading = operators.get(random.nextInt(operators.size()));
            }
            // Mostly one operator acts; the other is paused and its messages are late.
            Operator acting =
                    random.nextInt(12) == 0
                            ? operators.get(random.nextInt(operators.size()))
                            : leading;
            happen(acting);
            Optional<String> wrong = truth.violation();
            if (wrong.isPresent()) {
                return told(wrong.get());
            }
        }
        return end().or(truth::violation).flatMap(this::told);
    }

    /**
     * The first operator has so many turns, then the second, then the first, and so on; in the end
     * each until it is done. Messages of one arrive in their order.
     */
    Optional<String> runInTurns(int... turns) {
        for (int i = 0; i < turns.length; i++) {
            Optional<String> wrong = inOrder(operators.get(i % operators.size()), turns[i]);
            if (wrong.isPresent()) {
                return wrong.flatMap(this::told);
            }
        }
        for (int i = 0; i < operators.size(); i++) {
            Operator next = operators.get((turns.length + i) % operators.size());
            Optional<String> wrong = inOrder(next, Integer.MAX_VALUE);
            if (wrong.isPresent()) {
                return wrong.flatMap(this::told);
            }
        }
        return end().or(truth::violation).flatMap(this::told);
    }

    private Optional<String> inOrder(Operator acting, int turns) {
        for (int turn = 0; turn < turns && !acting.isDone(); turn++) {
            underWay.stream()
                    .filter(message -> message.from() == acting)
                    .findFirst()
                    .ifPresentOrElse(this::deliver, acting::act);
            Optional<String> wrong = truth.violation();
            if (wrong.isPresent()) {
                return wrong;
            }
        }
        return Optional.empty();
    }

    /** Whether the volume was founded while the operators were in each other's way. */
    boolean foundedInTheMess() {
        return foundedInTheMess;
    }

    /** Volumes that no record names and pods hold all the same. */
    int leftBehind() {
        return pods.stream().mapToInt(ModelPod::volumes).max().orElse(0) - 1;
    }

    private Optional<String> told(String wrong) {
        return Optional.of(wrong + "\n" + String.join("\n", trace));
    }

    private void happen(Operator acting) {
        List<Message> its = underWay.stream().filter(m -> m.from() == acting).toList();
        int choice = random.nextInt(100);
        if (choice < 2) {
            trace.add(acting.name + " dies and starts again");
            acting.end();
        } else if (choice < 4) {
            trace.add("somebody writes the rest of the status");
            record.touch();
        } else if (choice < 60 && !its.isEmpty()) {
            deliver(its.get(random.nextInt(its.size())));
        } else {
            acting.act();
        }
    }

    private void deliver(Message message) {
        underWay.remove(message);
        trace.add(message.what() + " of " + message.from().name + " arrives");
        message.delivery().run();
    }

    /** In the end all is quiet; then an attempt has to succeed. */
    private Optional<String> end() {
        foundedInTheMess = record.now() instanceof Founding.Founded;
        while (!underWay.isEmpty()) {
            deliver(underWay.get(random.nextInt(underWay.size())));
            if (truth.violation().isPresent()) {
                return Optional.empty();
            }
        }
        Operator calm = new Operator("C", false);
        while (calm.outcome == null) {
            calm.act();
            List.copyOf(underWay).forEach(this::deliver);
        }
        return calm.outcome instanceof FoundingOutcome.Founded
                ? Optional.empty()
                : Optional.of("a calm attempt ends with " + calm.outcome);
    }

    private VolumeToFound wanted() {
        List<PodName> names =
                IntStream.range(0, pods.size()).mapToObj(i -> new PodName("pod-" + i)).toList();
        return new VolumeToFound(CODE, key, names);
    }

    /** One operator, which knows what it was told and no more. */
    private final class Operator {
        private final String name;
        private final boolean hasBadLuck;
        private @Nullable FoundingStep step;
        private @Nullable FoundingOutcome outcome;
        private int attempts;
        private boolean asked;
        private int waitingFor;
        private final TreeMap<PodName, PodAnswer> answers = new TreeMap<>(PodNames.ORDER);
        private @Nullable Written written;

        Operator(String name, boolean hasBadLuck) {
            this.name = name;
            this.hasBadLuck = hasBadLuck;
        }

        boolean isDone() {
            return outcome instanceof FoundingOutcome.Founded
                    || (step == null && attempts == MOST_ATTEMPTS);
        }

        void end() {
            step = null;
            goOn(null);
        }

        private void goOn(@Nullable FoundingStep next) {
            step = next;
            asked = false;
            waitingFor++;
            answers.clear();
            written = null;
        }

        void act() {
            switch (step) {
                case null -> {
                    trace.add(name + " begins an attempt");
                    attempts++;
                    VolumeId fresh = new VolumeId(0, ++ids);
                    goOn(new FoundingAttempt(wanted(), fresh, SECRETS, rules).begin());
                }
                case FoundingStep.Read(var then) -> {
                    int age = badLuck(4) ? 1 + random.nextInt(3) : 0;
                    var seen = record.readOld(age);
                    trace.add(name + " reads " + seen.founding());
                    goOn(then.apply(Optional.of(seen)));
                }
                case FoundingStep.Write write -> write(write);
                case FoundingStep.Ask ask -> ask(ask);
                case FoundingStep.Ended(FoundingOutcome heard) -> {
                    trace.add(name + " ends: " + heard);
                    outcome = heard;
                    truth.claimed(heard);
                    goOn(null);
                }
            }
        }

        private void write(FoundingStep.Write write) {
            if (!asked) {
                asked = true;
                int waiting = waitingFor;
                send(
                        "write of " + write.next(),
                        () -> {
                            Written done = record.compareAndSet(write.expected(), write.next());
                            if (waiting == waitingFor && !badLuck(15)) {
                                // A client that heard nothing may have sent it twice.
                                written = badLuck(8) ? Written.CHANGED : done;
                            }
                        });
            } else if (written != null) {
                goOn(write.then().apply(written));
            } else if (badLuck(12)) {
                trace.add(name + " does not know what it has written");
                goOn(null);
            }
        }

        private void ask(FoundingStep.Ask ask) {
            if (!asked) {
                asked = true;
                ask.questions().forEach(this::send);
            } else if (answers.size() == ask.questions().size()) {
                goOn(ask.then().apply(new TreeMap<>(answers)));
            } else if (badLuck(12)) {
                ask.questions()
                        .keySet()
                        .forEach(pod -> answers.putIfAbsent(pod, new PodAnswer.Silent("late")));
                trace.add(name + " waits no longer: " + answers);
                goOn(ask.then().apply(new TreeMap<>(answers)));
            }
        }

        private void send(PodName pod, PodRequest request) {
            int waiting = waitingFor;
            int slot = Integer.parseInt(pod.value().substring("pod-".length()));
            String what = request.getClass().getSimpleName() + " " + request.volume();
            send(
                    what + " at " + pod,
                    () -> {
                        PodReply reply = pods.get(slot).answer(request);
                        if (waiting == waitingFor && !badLuck(15)) {
                            answers.put(pod, new PodAnswer.Replied(reply));
                        }
                    });
        }

        private void send(String what, Runnable delivery) {
            underWay.add(new Message(this, waitingFor, what, delivery));
        }

        private boolean badLuck(int onceIn) {
            return hasBadLuck && random.nextInt(onceIn) == 0;
        }
    }
}
