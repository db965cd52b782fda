package storage.dispersive.trials;

import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import storage.dispersive.cli.state.PodRecord;
import storage.dispersive.linux.NetworkNamespace;
import storage.dispersive.portion.Incarnation;
import storage.dispersive.portion.PortionFormat;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.transport.ClientLimits;
import storage.dispersive.transport.NettyEventLoop;
import storage.dispersive.transport.SharedDialer;
import storage.dispersive.transport.SlotEndpoint;
import storage.dispersive.transport.TlsIdentity;
import storage.dispersive.transport.TlsPodConnector;
import storage.dispersive.wire.PodConnector;
import storage.dispersive.wire.PodConnector.SessionKind;
import storage.dispersive.wire.PodName;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodRequest;
import storage.dispersive.wire.PodSession;

/** Calls pods at their ordinary addresses, from a host of a SAN. */
final class OrdinaryCaller implements AutoCloseable {

    private static final int SLOT = 0;
    private static final int PATIENCE_SECONDS = 30;

    private final NettyEventLoop loop;
    private final TlsIdentity identity;
    private final VolumeId volume;

    private OrdinaryCaller(NettyEventLoop loop, TlsIdentity identity, VolumeId volume) {
        this.loop = loop;
        this.identity = identity;
        this.volume = volume;
    }

    /**
     * Calls from the namespace of a host.
     *
     * @param identity that is shown
     * @param volume of which is spoken
     */
    static OrdinaryCaller from(Path host, TlsIdentity identity, VolumeId volume)
            throws IOException {
        try (NetworkNamespace namespace = NetworkNamespace.open(host)) {
            NettyEventLoop loop =
                    namespace.call(() -> {
                        NettyEventLoop made = NettyEventLoop.start("ordinary");
                        // Its thread is made by who first needs it.
                        made.execute(() -> {});
                        return made;
                    });
            return new OrdinaryCaller(loop, identity, volume);
        }
    }

    Call call(PodRecord pod, SessionKind kind) {
        SlotEndpoint there = new SlotEndpoint(pod.host(), pod.port(), new PodName(pod.name()));
        ClientLimits limits = ClientLimits.DEFAULT;
        SharedDialer dialer = new SharedDialer(loop, identity, limits, Map.of(SLOT, there));
        TlsPodConnector connector = new TlsPodConnector(loop, volume, limits, dialer);
        Call call = new Call();
        loop.execute(() -> connector.open(SLOT, kind, call));
        return call;
    }

    /** What comes of it. */
    final class Call implements PodConnector.SessionListener {
        private final CompletableFuture<PodSession> opened = new CompletableFuture<>();
        private final CompletableFuture<String> closed = new CompletableFuture<>();

        @Override
        public void opened(PodSession session) {
            opened.complete(session);
            closed.complete("it was let in");
        }

        @Override
        public void closed(String reason) {
            opened.completeExceptionally(new IOException(reason));
            closed.complete(reason);
        }

        /** Why the pod does not let the caller in. */
        String whyClosed() throws Exception {
            return closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }

        /** What the pod says to something that claims to be a portion. */
        String answerToAnAppend() throws Exception {
            PodSession session = opened.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            CompletableFuture<String> answer = new CompletableFuture<>();
            var append =
                    new PodRequest.Append(
                            volume,
                            new Incarnation(1),
                            Unpooled.buffer().writeZero(PortionFormat.PREFIX_BYTES));
            loop.execute(() ->
                    session.send(
                            append,
                            new PodSession.ReplyListener() {
                                @Override
                                public void answered(PodReply reply) {
                                    answer.complete(reply.toString());
                                }

                                @Override
                                public void lost() {
                                    answer.complete("the connection was cut");
                                }
                            }));
            return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    @Override
    public void close() {
        loop.close();
    }
}
