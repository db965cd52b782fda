package storage.dispersive.cli.engine;

import java.util.concurrent.CompletableFuture;
import storage.dispersive.loop.EventLoop;
import storage.dispersive.wire.PodConnector;
import storage.dispersive.wire.PodConnector.SessionKind;
import storage.dispersive.wire.PodConnector.SessionListener;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodRequest;
import storage.dispersive.wire.PodSession;
import storage.dispersive.wire.PodSession.ReplyListener;

/**
 * Single questions to single pods, each over a connection of its own that ends with the answer. For
 * what commands ask, not for data. Thread-safe: everything happens on the loop.
 */
public final class PodCalls {

    private final EventLoop loop;
    private final PodConnector connector;
    private final long patienceMillis;

    public PodCalls(EventLoop loop, PodConnector connector, long patienceMillis) {
        this.loop = loop;
        this.connector = connector;
        this.patienceMillis = patienceMillis;
    }

    /**
     * The reply of the pod in {@code slot}.
     *
     * @return fails with {@link PodCallException}, at the latest when the patience is over
     */
    public <R extends PodReply> CompletableFuture<R> ask(
            int slot, PodRequest request, Class<R> expected) {
        Call call = new Call(request);
        loop.execute(() -> {
            loop.schedule(patienceMillis, () -> call.end("it does not answer"));
            connector.open(slot, SessionKind.WRITE, call);
        });
        return call.answer.thenCompose(reply ->
                expected.isInstance(reply)
                        ? CompletableFuture.completedFuture(expected.cast(reply))
                        : CompletableFuture.failedFuture(
                                new PodCallException("it answered something else")));
    }

    /** One question; used on the loop. */
    private static final class Call implements SessionListener, ReplyListener {
        private final PodRequest request;
        private final CompletableFuture<PodReply> answer = new CompletableFuture<>();

        Call(PodRequest request) {
            this.request = request;
        }

        @Override
        public void opened(PodSession session) {
            if (answer.isDone()) {
                session.close();
                return;
            }
            var _ = answer.whenComplete((reply, failure) -> session.close());
            session.send(request, this);
        }

        @Override
        public void closed(String reason) {
            end(reason);
        }

        @Override
        public void answered(PodReply reply) {
            if (reply instanceof PodReply.Refused refused) {
                answer.completeExceptionally(
                        new PodCallException(refused.refusal(), refused.detail()));
            } else {
                answer.complete(reply);
            }
        }

        @Override
        public void lost() {
            end("the connection was lost");
        }

        private void end(String why) {
            if (!answer.isDone()) {
                answer.completeExceptionally(new PodCallException(why));
            }
        }
    }
}
