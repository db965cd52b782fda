package storage.dispersive.volume.founding;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import storage.dispersive.loop.EventLoop;
import storage.dispersive.wire.PodConnector;
import storage.dispersive.wire.PodConnector.SessionKind;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodRequest;
import storage.dispersive.wire.PodSession;

/**
 * Asks several pods one thing each, over sessions of its own, trying again until all have answered,
 * enough have, or the time is over. Used on the loop's thread only.
 */
final class PodCall {

    private static final long RETRY_MILLIS = 100;

    /** Where to call, and for how long. */
    record Line(EventLoop loop, PodConnector connector, long timeoutMillis) {}

    /**
     * What was heard, by slot.
     *
     * @param replies of those that answered
     * @param unreachable why the others did not
     */
    record Heard(Map<Integer, PodReply> replies, Map<Integer, String> unreachable) {}

    private final Line line;
    private final Map<Integer, PodRequest> requests;
    private final Predicate<Map<Integer, PodReply>> enough;
    private final Consumer<Heard> result;
    private final Map<Integer, PodReply> replies = new TreeMap<>();
    private final Map<Integer, String> unreachable = new TreeMap<>();
    private final Map<Integer, PodSession> sessions = new TreeMap<>();
    private boolean ended;

    private PodCall(
            Line line,
            Map<Integer, PodRequest> requests,
            Predicate<Map<Integer, PodReply>> enough,
            Consumer<Heard> result) {
        this.line = line;
        this.requests = new TreeMap<>(requests);
        this.enough = enough;
        this.result = result;
    }

    /** Calls the pods of all requests, by slot; {@code result} is heard once. */
    static void all(Line line, Map<Integer, PodRequest> requests, Consumer<Heard> result) {
        until(line, requests, replies -> replies.size() == requests.size(), result);
    }

    static void until(
            Line line,
            Map<Integer, PodRequest> requests,
            Predicate<Map<Integer, PodReply>> enough,
            Consumer<Heard> result) {
        new PodCall(line, requests, enough, result).start();
    }

    private void start() {
        line.loop.schedule(line.timeoutMillis, this::end);
        for (int slot : requests.keySet()) {
            unreachable.put(slot, "no answer");
            open(slot);
        }
    }

    private void open(int slot) {
        if (!ended) {
            line.connector.open(slot, SessionKind.WRITE, new Session(slot));
        }
    }

    private void heard(int slot, PodReply reply) {
        if (ended) {
            return;
        }
        // Only shares and descriptions come back here, which hold no buffers.
        replies.put(slot, reply);
        unreachable.remove(slot);
        if (enough.test(replies)) {
            end();
        }
    }

    private void end() {
        if (!ended) {
            ended = true;
            List.copyOf(sessions.values()).forEach(PodSession::close);
            result.accept(new Heard(replies, unreachable));
        }
    }

    /** One pod. */
    private final class Session implements PodConnector.SessionListener, PodSession.ReplyListener {
        private final int slot;

        Session(int slot) {
            this.slot = slot;
        }

        @Override
        public void opened(PodSession session) {
            if (ended) {
                session.close();
                return;
            }
            sessions.put(slot, session);
            PodRequest request = requests.get(slot);
            if (request != null) {
                session.send(request, this);
            }
        }

        @Override
        public void closed(String reason) {
            sessions.remove(slot);
            if (!ended && !replies.containsKey(slot)) {
                unreachable.put(slot, reason);
                line.loop.schedule(RETRY_MILLIS, () -> open(slot));
            }
        }

        @Override
        public void answered(PodReply reply) {
            heard(slot, reply);
        }

        @Override
        public void lost() {
            // The session's end is heard as well, and tried again there.
        }
    }
}
