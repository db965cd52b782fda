package storage.dispersive.operator.founding;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import storage.dispersive.transport.ClientLimits;
import storage.dispersive.transport.NettyEventLoop;
import storage.dispersive.transport.SharedDialer;
import storage.dispersive.transport.SlotEndpoint;
import storage.dispersive.transport.TlsIdentity;
import storage.dispersive.transport.TlsPodConnector;
import storage.dispersive.wire.PodName;
import storage.dispersive.wire.PodRequest;

/**
 * The way to all storage pods of a cluster, as their administrator, over ordinary connections. One
 * loop carries them all; each lasts for one question. Safe for many threads, which wait for answers
 * and are virtual ones at best.
 */
public final class StoragePods implements PodCalls, AutoCloseable {

    private static final long PATIENCE_MILLIS = 10_000;

    /** Beyond the patience, should the loop not end a question because it was closed. */
    private static final long LOOP_PATIENCE_MILLIS = 2_000;

    private final NettyEventLoop loop;
    private final Supplier<TlsIdentity> administrator;
    private final PodPlaces places;
    private final long patienceMillis;

    private StoragePods(
            NettyEventLoop loop,
            Supplier<TlsIdentity> administrator,
            PodPlaces places,
            long patienceMillis) {
        this.loop = loop;
        this.administrator = administrator;
        this.places = places;
        this.patienceMillis = patienceMillis;
    }

    /**
     * Begins, without any connection yet.
     *
     * @param administrator whom to be, asked for each question, as certificates are renewed; what
     *     it throws is thrown to whoever asks pods
     */
    public static StoragePods start(Supplier<TlsIdentity> administrator, PodPlaces places) {
        return start(administrator, places, PATIENCE_MILLIS);
    }

    static StoragePods start(
            Supplier<TlsIdentity> administrator, PodPlaces places, long patienceMillis) {
        return new StoragePods(
                NettyEventLoop.start("storage-pods"), administrator, places, patienceMillis);
    }

    @Override
    public Map<PodName, PodAnswer> ask(Map<PodName, PodRequest> questions) {
        TlsIdentity identity = administrator.get();
        Map<PodName, CompletableFuture<PodAnswer>> asked = new HashMap<>();
        questions.forEach((pod, request) -> asked.put(pod, ask(identity, pod, request)));
        Map<PodName, PodAnswer> answers = new TreeMap<>(PodNames.ORDER);
        asked.forEach((pod, answer) -> answers.put(pod, answer.join()));
        return answers;
    }

    private CompletableFuture<PodAnswer> ask(
            TlsIdentity identity, PodName pod, PodRequest request) {
        Optional<SlotEndpoint> place = places.of(pod);
        if (place.isEmpty()) {
            return CompletableFuture.completedFuture(new PodAnswer.Silent("it has no address yet"));
        }
        // Each has a connector of its own: an administrator's slot means nothing, and a survey of a
        // pool asks more pods than there are slots.
        ClientLimits limits = ClientLimits.DEFAULT;
        var dialer = new SharedDialer(loop, identity, limits, Map.of(0, place.get()));
        var connector = new TlsPodConnector(loop, request.volume(), limits, dialer);
        CompletableFuture<PodAnswer> answer = new CompletableFuture<>();
        PodQuestion.ask(loop, connector, request, patienceMillis, answer);
        return answer.completeOnTimeout(
                new PodAnswer.Silent("nobody waits for it any more"),
                patienceMillis + LOOP_PATIENCE_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    /** Ends all connections. */
    @Override
    public void close() {
        loop.close();
    }
}
