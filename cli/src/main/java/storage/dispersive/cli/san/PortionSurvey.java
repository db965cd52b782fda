package storage.dispersive.cli.san;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import storage.dispersive.cli.engine.PodCallException;
import storage.dispersive.cli.engine.PodCalls;
import storage.dispersive.cli.state.VolumeRecord;
import storage.dispersive.cli.state.VolumeRecord.MemberRecord;
import storage.dispersive.engine.VolumeLink;
import storage.dispersive.wire.PodReply.Description;
import storage.dispersive.wire.PodReply.Presence;
import storage.dispersive.wire.PodRequest;

/** Asks the pods of a volume what they hold of it, whether it is attached or not. */
public final class PortionSurvey {

    /** For pods that hang; a fresh JVM on a busy machine takes seconds to be let in, too. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final PodLinks links;

    PortionSurvey(PodLinks links) {
        this.links = links;
    }

    /** What one pod has of a volume. */
    public enum State {
        HELD,
        /** The pod lost what it held, or never had it: it counts as missing. */
        WIPED,
        /** The pod does not answer. */
        DOWN
    }

    /**
     * The find on one pod.
     *
     * @param portions that are durable there; 0 unless {@link State#HELD}
     * @param volumeBytes that they take, in whole segments; 0 unless {@link State#HELD}
     */
    public record Portion(
            int slot, String pod, State state, long portions, long volumeBytes, String detail) {

        public boolean isMissing() {
            return state != State.HELD;
        }
    }

    /** One find per slot. */
    public List<Portion> of(VolumeRecord volume) {
        List<Portion> portions = new ArrayList<>();
        Map<Integer, Answer> answers = ask(volume);
        for (MemberRecord member : volume.members()) {
            Answer answer = answers.getOrDefault(member.slot(), Answer.NONE);
            portions.add(judge(member, answer));
        }
        return List.copyOf(portions);
    }

    private static Portion judge(MemberRecord member, Answer answer) {
        if (answer.description().isEmpty()) {
            return new Portion(member.slot(), member.pod(), State.DOWN, 0, 0, answer.failure());
        }
        Description description = answer.description().get();
        if (description.presence() == Presence.UNKNOWN
                || !description.incarnation().toString().equals(member.incarnation())) {
            return new Portion(
                    member.slot(),
                    member.pod(),
                    State.WIPED,
                    0,
                    0,
                    "the store is another than the one that was admitted");
        }
        return new Portion(
                member.slot(),
                member.pod(),
                State.HELD,
                description.portions(),
                description.volumeBytes(),
                "");
    }

    private record Answer(Optional<Description> description, String failure) {
        static final Answer NONE = new Answer(Optional.empty(), "it was not asked");
    }

    private Map<Integer, Answer> ask(VolumeRecord volume) {
        Map<Integer, Answer> answers = new HashMap<>();
        try (VolumeLink link = links.asAdmin(volume.volumeId(), volume.podNames())) {
            PodCalls calls = new PodCalls(link.loop(), link.connector(), PATIENCE.toMillis());
            Map<Integer, CompletableFuture<Description>> asked = new HashMap<>();
            for (MemberRecord member : volume.members()) {
                asked.put(
                        member.slot(),
                        calls.ask(
                                member.slot(),
                                new PodRequest.Describe(volume.volumeId()),
                                Description.class));
            }
            asked.forEach((slot, future) -> answers.put(slot, await(future)));
        }
        return answers;
    }

    private static Answer await(CompletableFuture<Description> future) {
        try {
            return new Answer(Optional.of(future.get()), "");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer(Optional.empty(), "interrupted");
        } catch (ExecutionException e) {
            String why =
                    e.getCause() instanceof PodCallException failure
                            ? failure.getMessage()
                            : e.toString();
            return new Answer(Optional.empty(), why == null ? "" : why);
        }
    }
}
