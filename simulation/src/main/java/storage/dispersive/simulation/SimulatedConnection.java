package storage.dispersive.simulation;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import storage.dispersive.wire.PodConnector.SessionListener;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodRequest;
import storage.dispersive.wire.PodSession;

/** One connection of one engine to one life of one pod. */
final class SimulatedConnection implements PodSession {

    /** As the real connection does it. */
    static final long SILENT_NANOS = 750_000_000;

    private static final long FINISH_NANOS = 10_000_000_000L;

    private final SimulatedNetwork network;
    private final SimulatedLoop client;
    private final SimulatedPod pod;
    private final SessionListener listener;
    private final List<ReplyListener> waiting = new ArrayList<>();
    private final Deque<Runnable> held = new ArrayDeque<>();
    private int podLife;
    private long lastRequestNanos;
    private long lastReplyNanos;
    private boolean stalled;
    private boolean finishing;
    private boolean over;

    SimulatedConnection(
            SimulatedNetwork network,
            SimulatedLoop client,
            SimulatedPod pod,
            SessionListener listener) {
        this.network = network;
        this.client = client;
        this.pod = pod;
        this.listener = listener;
    }

    boolean isOver() {
        return over;
    }

    boolean isTo(SimulatedPod other) {
        return pod == other;
    }

    boolean isFrom(SimulatedLoop engine) {
        return client == engine;
    }

    boolean isBetween(SimulatedLoop engine, SimulatedPod other) {
        return client == engine && pod == other;
    }

    void connect() {
        later(() -> {
            if (over) {
                return;
            }
            if (pod.isUp()) {
                podLife = pod.life();
                toClient(() -> listener.opened(this));
            } else {
                over = true;
                toClient(() -> listener.closed("connection refused"));
            }
        });
    }

    void stall() {
        stalled = true;
        network.time()
                .after(
                        SILENT_NANOS,
                        () -> {
                            if (stalled && !over && !waiting.isEmpty()) {
                                toClient(listener::silent);
                            }
                        });
    }

    void resume(boolean broken) {
        if (!stalled) {
            return;
        }
        stalled = false;
        toClient(listener::heardAgain);
        if (broken) {
            breakUp("the network broke it");
            return;
        }
        while (!held.isEmpty() && !stalled) {
            held.removeFirst().run();
        }
    }

    void breakUp(String why) {
        if (over) {
            return;
        }
        over = true;
        held.clear();
        later(() ->
                toClient(() -> {
                    List<ReplyListener> lost = List.copyOf(waiting);
                    waiting.clear();
                    lost.forEach(ReplyListener::lost);
                    listener.closed(why);
                }));
    }

    @Override
    public void send(PodRequest request, ReplyListener reply) {
        PodRequest onTheWire = copyOf(request);
        if (over) {
            later(() -> toClient(reply::lost));
            return;
        }
        waiting.add(reply);
        lastRequestNanos = arrival(lastRequestNanos);
        network.time().at(lastRequestNanos, () -> through(() -> arrive(onTheWire, reply)));
    }

    @Override
    public void finish() {
        finishing = true;
        endIfFinished();
        network.time().after(FINISH_NANOS, () -> breakUp("was given its time"));
    }

    private void endIfFinished() {
        if (finishing && waiting.isEmpty()) {
            breakUp("all is answered");
        }
    }

    @Override
    public void close() {
        breakUp("closed");
    }

    private void arrive(PodRequest request, ReplyListener reply) {
        if (!over && pod.isUp() && pod.life() == podLife) {
            pod.handle(request, answer -> answered(answer, reply));
        }
    }

    private void answered(PodReply answer, ReplyListener reply) {
        lastReplyNanos = arrival(lastReplyNanos);
        network.time().at(lastReplyNanos, () -> through(() -> deliver(answer, reply)));
    }

    private void deliver(PodReply answer, ReplyListener reply) {
        if (!over && waiting.remove(reply)) {
            toClient(() -> reply.answered(answer));
            endIfFinished();
        }
        release(answer);
    }

    private long arrival(long notBeforeNanos) {
        return Math.max(notBeforeNanos, network.time().nowNanos() + network.delayNanos());
    }

    private void through(Runnable message) {
        if (stalled) {
            held.addLast(message);
        } else {
            message.run();
        }
    }

    private void later(Runnable event) {
        network.time().after(network.delayNanos(), event);
    }

    private void toClient(Runnable event) {
        if (!client.isKilled()) {
            event.run();
        }
    }

    private static PodRequest copyOf(PodRequest request) {
        if (request instanceof PodRequest.Append append) {
            ByteBuf copy = Unpooled.copiedBuffer(append.portion());
            append.portion().release();
            return new PodRequest.Append(append.volume(), append.incarnation(), copy);
        }
        return request;
    }

    private static void release(PodReply reply) {
        if (reply instanceof PodReply.Units(ByteBuf units)) {
            units.release();
        } else if (reply instanceof PodReply.Headers headers) {
            headers.headers().release();
        }
    }
}
