package storage.dispersive.operator.founding;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import storage.dispersive.loop.EventLoop;
import storage.dispersive.wire.PodConnector;
import storage.dispersive.wire.PodConnector.SessionKind;
import storage.dispersive.wire.PodConnector.SessionListener;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodRequest;
import storage.dispersive.wire.PodSession;
import storage.dispersive.wire.PodSession.ReplyListener;

/**
 * One question to one pod over a connection of its own, which is tried once and ends with the
 * answer. Used on the loop; the future completes there, never with a failure.
 */
final class PodQuestion implements SessionListener, ReplyListener {

    private final PodRequest request;
    private final CompletableFuture<PodAnswer> answer;
    private @Nullable PodSession session;
    private EventLoop.@Nullable Timer deadline;

    private PodQuestion(PodRequest request, CompletableFuture<PodAnswer> answer) {
        this.request = request;
        this.answer = answer;
    }

    /** By any thread. */
    static void ask(
            EventLoop loop,
            PodConnector connector,
            PodRequest request,
            long patienceMillis,
            CompletableFuture<PodAnswer> answer) {
        PodQuestion question = new PodQuestion(request, answer);
        loop.execute(() -> {
            question.deadline = loop.schedule(patienceMillis, question::tooLate);
            connector.open(0, SessionKind.WRITE, question);
        });
    }

    private void tooLate() {
        end(new PodAnswer.Silent("it does not answer"));
    }

    @Override
    public void opened(PodSession opened) {
        if (answer.isDone()) {
            opened.close();
            return;
        }
        session = opened;
        opened.send(request, this);
    }

    @Override
    public void closed(String reason) {
        end(new PodAnswer.Silent(reason));
    }

    @Override
    public void answered(PodReply reply) {
        // None of what is asked here is answered by buffers, which would be valid only now.
        end(new PodAnswer.Replied(reply));
    }

    @Override
    public void lost() {
        end(new PodAnswer.Silent("the connection was lost before the answer"));
    }

    private void end(PodAnswer heard) {
        if (!answer.complete(heard)) {
            return;
        }
        if (deadline != null) {
            deadline.cancel();
        }
        if (session != null) {
            session.close();
        }
    }
}
