package storage.dispersive.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import storage.dispersive.loop.EventLoop;
import storage.dispersive.wire.Messages;
import storage.dispersive.wire.PodConnector.SessionKind;
import storage.dispersive.wire.PodRequest;

/** A pod that does not answer is told from one that is slow, and from one that was not asked. */
class SilenceTest {

    private final HandMadeLoop loop = new HandMadeLoop();
    private final Engine listener = Engine.observing(NettyEventLoop.start("unused"));
    private long heardMillis;
    private boolean asked = true;
    private int pings;
    private int doubts;
    private long doubtedSinceNanos;
    private final Silence silence = new Silence(loop, new Pod(), listener);

    private final class Pod implements Silence.Subject {
        @Override
        public long lastHeardNanos() {
            return TimeUnit.MILLISECONDS.toNanos(heardMillis);
        }

        @Override
        public boolean isAsked() {
            return asked;
        }

        @Override
        public void ping() {
            pings++;
        }

        @Override
        public void doubted(long sinceNanos) {
            doubtedSinceNanos = sinceNanos;
            doubts++;
        }
    }

    @Test
    void aPodThatAnswersPingsIsOnlySlow() {
        silence.begin();
        for (int i = 0; i < 20; i++) {
            loop.pass(Silence.PROBE_MILLIS);
            heardMillis = loop.nowMillis;
        }
        loop.pass(Silence.PROBE_MILLIS);
        assertThat(pings).isPositive();
        assertThat(doubts).isZero();
        assertThat(listener.silences).hasValue(0);
    }

    @Test
    void aPodThatDoesNotIsSilentUntilItIsHeard() {
        silence.begin();
        loop.pass(Silence.DOUBT_MILLIS - 1);
        assertThat(doubts).isZero();
        loop.pass(Silence.SILENT_MILLIS - Silence.DOUBT_MILLIS);
        assertThat(doubts).as("before it is silent").isPositive();
        assertThat(listener.silences).hasValue(0);
        loop.pass(1);
        assertThat(listener.silences).hasValue(1);
        assertThat(listener.heardAgain).isNotDone();
        loop.pass(10 * Silence.SILENT_MILLIS);
        assertThat(listener.silences).as("told once").hasValue(1);
        assertThat(doubts).as("told once").isEqualTo(1);
        silence.heard();
        assertThat(listener.heardAgain).isDone();
    }

    @Test
    void aPodThatWasAskedNothingMayBeSilent() {
        asked = false;
        silence.begin();
        loop.pass(10 * Silence.SILENT_MILLIS);
        assertThat(pings).isZero();
        assertThat(listener.silences).hasValue(0);
        asked = true;
        silence.begin();
        loop.pass(Silence.SILENT_MILLIS - 1);
        assertThat(listener.silences).as("since it was asked").hasValue(0);
    }

    @Test
    void whoIsInDoubtBecauseOfAnotherIsSilentAtTheSameTime() {
        loop.pass(1_000);
        silence.begin();
        loop.pass(Silence.DOUBT_MILLIS);
        assertThat(TimeUnit.NANOSECONDS.toMillis(doubtedSinceNanos)).isEqualTo(1_000);
        Engine idle = Engine.observing(NettyEventLoop.start("unused"));
        Silence ofIdle = new Silence(loop, new Pod(), idle);
        ofIdle.begin(doubtedSinceNanos);
        loop.pass(Silence.SILENT_MILLIS - Silence.DOUBT_MILLIS);
        assertThat(listener.silences).hasValue(1);
        assertThat(idle.silences).hasValue(1);
    }

    @Test
    void aPodThatStandsStillIsNoticedOverTheWire() {
        CountDownLatch resumed = new CountDownLatch(1);
        try (Network network = new Network()) {
            Network.Listening pod = network.listen(ServerLimits.DEFAULT, new FakeStore());
            TlsPodConnector connector =
                    network.connector(network.volumeIdentity(), pod.as(Network.POD));
            Engine engine = Engine.open(network, connector, SessionKind.WRITE);
            engine.session();
            Engine idle = Engine.open(network, connector, SessionKind.READ);
            idle.session();
            network.podLoop.execute(() -> standStill(resumed));
            Engine.Asked answer = engine.send(new PodRequest.Describe(Messages.VOLUME));
            await().until(() -> engine.silences.get() > 0);
            await("what was not asked itself").until(() -> idle.silences.get() > 0);
            assertThat(engine.closed).isNotDone();
            resumed.countDown();
            answer.reply();
            engine.heardAgain.orTimeout(10, TimeUnit.SECONDS).join();
            idle.heardAgain.orTimeout(10, TimeUnit.SECONDS).join();
        } finally {
            resumed.countDown();
        }
    }

    /** A session for reading is idle while others read better; it must not stay on a dead path. */
    @Test
    void anIdlePodThatDoesNotAnswerItsPingIsNoticedToo() {
        ClientLimits limits = new ClientLimits(8, 8, 3_000, 5_000, 100, 60_000);
        CountDownLatch resumed = new CountDownLatch(1);
        try (Network network = new Network()) {
            Network.Listening pod = network.listen(ServerLimits.DEFAULT, new FakeStore());
            Engine engine =
                    Engine.open(
                            network,
                            network.connector(
                                    network.volumeIdentity(), limits, pod.as(Network.POD)),
                            SessionKind.READ);
            engine.session();
            network.podLoop.execute(() -> standStill(resumed));
            await().until(() -> engine.silences.get() > 0);
            assertThat(engine.closed).isNotDone();
            resumed.countDown();
            engine.heardAgain.orTimeout(10, TimeUnit.SECONDS).join();
        } finally {
            resumed.countDown();
        }
    }

    private static void standStill(CountDownLatch resumed) {
        try {
            assertThat(resumed.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A loop whose time passes when a test says so. */
    private static final class HandMadeLoop implements EventLoop {
        private final List<Due> due = new ArrayList<>();
        private long nowMillis;

        private record Due(long atMillis, Runnable task) {}

        void pass(long millis) {
            long end = nowMillis + millis;
            while (true) {
                Due next = due.stream().min(Comparator.comparingLong(Due::atMillis)).orElse(null);
                if (next == null || next.atMillis() > end) {
                    break;
                }
                due.remove(next);
                nowMillis = next.atMillis();
                next.task().run();
            }
            nowMillis = end;
        }

        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public Timer schedule(long delayMillis, Runnable task) {
            Due later = new Due(nowMillis + delayMillis, task);
            due.add(later);
            return () -> due.remove(later);
        }

        @Override
        public long nanoTime() {
            return TimeUnit.MILLISECONDS.toNanos(nowMillis);
        }

        @Override
        public boolean inLoop() {
            return true;
        }
    }
}
