package storage.dispersive.pod.rehearsal;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.transport.ClientLimits;
import storage.dispersive.transport.NettyEventLoop;
import storage.dispersive.transport.SharedDialer;
import storage.dispersive.transport.SlotEndpoint;
import storage.dispersive.transport.TlsIdentity;
import storage.dispersive.transport.TlsPodConnector;
import storage.dispersive.wire.PodConnector.SessionKind;
import storage.dispersive.wire.PodConnector.SessionListener;
import storage.dispersive.wire.PodName;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodRequest;
import storage.dispersive.wire.PodSession;

/** One connection to a pod, for writing, whose requests are waited for one by one. */
public final class PodCaller implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 30;

    private final NettyEventLoop loop;
    private final PodSession session;

    private PodCaller(NettyEventLoop loop, PodSession session) {
        this.loop = loop;
        this.session = session;
    }

    static PodCaller connect(String pod, int port, VolumeId volume, TlsIdentity identity)
            throws IOException, InterruptedException {
        NettyEventLoop loop = NettyEventLoop.start("caller");
        SlotEndpoint endpoint = new SlotEndpoint("127.0.0.1", port, new PodName(pod));
        ClientLimits limits = ClientLimits.DEFAULT;
        SharedDialer dialer = new SharedDialer(loop, identity, limits, Map.of(0, endpoint));
        TlsPodConnector connector = new TlsPodConnector(loop, volume, limits, dialer);
        CompletableFuture<PodSession> opened = new CompletableFuture<>();
        loop.execute(() -> connector.open(0, SessionKind.WRITE, new Opening(opened)));
        try {
            return new PodCaller(loop, await(opened));
        } catch (IOException e) {
            loop.close();
            throw e;
        }
    }

    /**
     * Sends a request and waits for the reply, whose buffers are valid no longer.
     *
     * @throws IOException if the connection ended first
     */
    public PodReply ask(PodRequest request) throws IOException, InterruptedException {
        CompletableFuture<PodReply> answered = new CompletableFuture<>();
        loop.execute(() -> session.send(request, new Waiting(answered)));
        return await(answered);
    }

    @Override
    public void close() {
        loop.execute(session::close);
        loop.close();
    }

    private static <T> T await(CompletableFuture<T> future)
            throws IOException, InterruptedException {
        try {
            return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the pod does not answer: " + e.getMessage(), e);
        }
    }

    private record Opening(CompletableFuture<PodSession> opened) implements SessionListener {

        @Override
        public void opened(PodSession session) {
            opened.complete(session);
        }

        @Override
        public void closed(String reason) {
            opened.completeExceptionally(new IOException(reason));
        }
    }

    private record Waiting(CompletableFuture<PodReply> answered)
            implements PodSession.ReplyListener {

        @Override
        public void answered(PodReply reply) {
            answered.complete(reply);
        }

        @Override
        public void lost() {
            answered.completeExceptionally(new IOException("the connection was lost"));
        }
    }
}
