package storage.dispersive.operator.founding;

import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.wire.PodName;
import storage.dispersive.wire.PodRequest;

/** What an operator says, one message after the other, until it dies after one of them. */
final class MortalOperator implements PodCalls, FoundingRecord {

    private final PodCalls pods;
    private final FoundingRecord record;
    private final Set<VolumeId> founded = new HashSet<>();
    private int messagesLeft;

    MortalOperator(PodCalls pods, FoundingRecord record, int messages) {
        this.pods = pods;
        this.record = record;
        this.messagesLeft = messages;
    }

    /** It died after a message, before it heard the answer. */
    static final class DiedException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Volumes that it asked some pod to found. */
    Set<VolumeId> founded() {
        return founded;
    }

    private void live() {
        if (messagesLeft-- == 0) {
            throw new DiedException();
        }
    }

    @Override
    public Map<PodName, PodAnswer> ask(Map<PodName, PodRequest> questions) {
        Map<PodName, PodAnswer> answers = new TreeMap<>(PodNames.ORDER);
        questions.forEach((pod, request) -> {
            if (request instanceof PodRequest.Found) {
                founded.add(request.volume());
            }
            answers.putAll(pods.ask(Map.of(pod, request)));
            live();
        });
        return answers;
    }

    @Override
    public Optional<Snapshot> read() {
        return record.read();
    }

    @Override
    public Written compareAndSet(Snapshot expected, Founding next) {
        Written written = record.compareAndSet(expected, next);
        live();
        return written;
    }
}
