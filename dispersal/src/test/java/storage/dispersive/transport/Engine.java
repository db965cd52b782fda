package storage.dispersive.transport;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import storage.dispersive.wire.PodConnector;
import storage.dispersive.wire.PodConnector.SessionKind;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodRequest;
import storage.dispersive.wire.PodSession;

/** The other end of a connection, as a test's thread sees it. */
final class Engine implements PodConnector.SessionListener {

    final NettyEventLoop loop;
    final CompletableFuture<PodSession> opened = new CompletableFuture<>();
    final CompletableFuture<String> closed = new CompletableFuture<>();
    final AtomicInteger silences = new AtomicInteger();
    final CompletableFuture<@Nullable Void> heardAgain = new CompletableFuture<>();
    final List<String> ends = new CopyOnWriteArrayList<>();

    private Engine(NettyEventLoop loop) {
        this.loop = loop;
    }

    static Engine open(Network network, PodConnector connector, SessionKind kind) {
        Engine engine = new Engine(network.engineLoop);
        network.engineLoop.execute(() -> connector.open(0, kind, engine));
        return engine;
    }

    static Engine observing(NettyEventLoop loop) {
        return new Engine(loop);
    }

    @Override
    public void opened(PodSession session) {
        opened.complete(session);
    }

    @Override
    public void silent() {
        silences.incrementAndGet();
    }

    @Override
    public void heardAgain() {
        heardAgain.complete(null);
    }

    @Override
    public void closed(String reason) {
        ends.add(reason);
        opened.completeExceptionally(new IllegalStateException(reason));
        closed.complete(reason);
    }

    PodSession session() {
        return opened.orTimeout(10, TimeUnit.SECONDS).join();
    }

    String whyClosed() {
        return closed.orTimeout(10, TimeUnit.SECONDS).join();
    }

    PodReply ask(PodRequest request) {
        return send(request).reply();
    }

    /** Sends from the loop, and gives what comes of it. */
    Asked send(PodRequest request) {
        PodSession session = session();
        Asked asked = new Asked();
        loop.execute(() -> session.send(request, asked));
        return asked;
    }

    void close() {
        PodSession session = session();
        loop.execute(session::close);
    }

    /** What a listener heard; a kept reply's buffers are retained for good. */
    static final class Asked implements PodSession.ReplyListener {
        final CompletableFuture<PodReply> reply = new CompletableFuture<>();
        final List<String> heard = new CopyOnWriteArrayList<>();

        @Override
        public void answered(PodReply answer) {
            heard.add("answered");
            switch (answer) {
                case PodReply.Units units -> units.units().retain();
                case PodReply.Headers headers -> headers.headers().retain();
                default -> {}
            }
            reply.complete(answer);
        }

        @Override
        public void lost() {
            heard.add("lost");
            reply.completeExceptionally(new TimeoutException("lost"));
        }

        PodReply reply() {
            return reply.orTimeout(10, TimeUnit.SECONDS).join();
        }
    }
}
