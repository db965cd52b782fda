package storage.dispersive.csi.turns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import storage.dispersive.csi.turns.Turns.Call;
import storage.dispersive.csi.volume.Outcome;
import storage.dispersive.csi.volume.Refusal;
import storage.dispersive.csi.volume.VolumeHandle;

class TurnsTest {

    private static final Duration SOON = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final VolumeHandle ONE = new VolumeHandle("ours", "one");
    private static final VolumeHandle TWO = new VolumeHandle("ours", "two");

    private final Turns turns = Turns.virtual();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final AtomicInteger begun = new AtomicInteger();

    private record Stage(String how) {}

    private record Unstage(String how) {}

    /** Tells when it was compared: then the later call has found the one that runs. */
    private record Compared(CountDownLatch found) {

        @Override
        public boolean equals(@Nullable Object other) {
            found.countDown();
            return other instanceof Compared(CountDownLatch theirs) && theirs.equals(found);
        }

        @Override
        public int hashCode() {
            return found.hashCode();
        }
    }

    @AfterEach
    void close() {
        gate.countDown();
        turns.close();
    }

    private Outcome<String> slow() {
        begun.incrementAndGet();
        try {
            gate.await();
        } catch (InterruptedException e) {
            return Outcome.refused(new Refusal.NotYet("interrupted"));
        }
        return Outcome.done("staged");
    }

    private Outcome<String> take(
            VolumeHandle volume, Record call, Duration patience, Supplier<Outcome<String>> work) {
        return turns.take(volume, new Call<>(call, String.class), patience, work);
    }

    private static Class<?> why(Outcome<?> outcome) {
        return ((Outcome.Refused<?>) outcome).why().getClass();
    }

    @Test
    void aSlowCallGoesOnAndItsNextTryJoinsIt() throws Exception {
        CountDownLatch found = new CountDownLatch(1);
        assertThat(why(take(ONE, new Compared(found), SOON, this::slow)))
                .isEqualTo(Refusal.NotYet.class);
        CompletableFuture<Outcome<String>> again =
                CompletableFuture.supplyAsync(
                        () -> take(ONE, new Compared(found), LONG, this::slow));
        found.await();
        gate.countDown();
        assertThat(again.get()).isEqualTo(Outcome.done("staged"));
        assertThat(begun).hasValue(1);
    }

    @Test
    void anotherCallForTheVolumeIsBusyUntilItHasEnded() {
        assertThat(why(take(ONE, new Stage("ext4"), SOON, this::slow)))
                .isEqualTo(Refusal.NotYet.class);
        assertThat(why(take(ONE, new Stage("xfs"), LONG, this::slow)))
                .isEqualTo(Refusal.Busy.class);
        assertThat(why(take(ONE, new Unstage("ext4"), LONG, this::slow)))
                .isEqualTo(Refusal.Busy.class);
        gate.countDown();
        Awaitility.await()
                .until(() ->
                        take(ONE, new Unstage("ext4"), LONG, () -> Outcome.done("gone"))
                                .equals(Outcome.done("gone")));
    }

    @Test
    void otherVolumesDoNotWait() {
        assertThat(why(take(ONE, new Stage("ext4"), SOON, this::slow)))
                .isEqualTo(Refusal.NotYet.class);
        assertThat(take(TWO, new Stage("ext4"), LONG, () -> Outcome.done("two")))
                .isEqualTo(Outcome.done("two"));
    }

    @Test
    void whatWasRefusedIsBegunAnewByTheNextTry() {
        Refusal full = new Refusal.Full("no room");
        assertThat(take(ONE, new Stage("ext4"), LONG, () -> Outcome.refused(full)))
                .isEqualTo(Outcome.refused(full));
        assertThat(take(ONE, new Stage("ext4"), LONG, () -> Outcome.done("staged")))
                .isEqualTo(Outcome.done("staged"));
    }

    @Test
    void aFaultIsTheCallersAndEndsTheTurn() {
        assertThatThrownBy(() ->
                        take(
                                ONE,
                                new Stage("ext4"),
                                LONG,
                                () -> {
                                    throw new IllegalArgumentException("a fault");
                                }))
                .hasRootCauseMessage("a fault");
        assertThat(take(ONE, new Stage("ext4"), LONG, () -> Outcome.done("staged")))
                .isEqualTo(Outcome.done("staged"));
    }

    @Test
    void whatRunsIsInterruptedAtTheEnd() throws Exception {
        CompletableFuture<Outcome<String>> running =
                CompletableFuture.supplyAsync(() -> take(ONE, new Stage("ext4"), LONG, this::slow));
        Awaitility.await().until(() -> begun.get() == 1);
        turns.close();
        assertThat(why(running.get())).isEqualTo(Refusal.NotYet.class);
        assertThat(why(take(TWO, new Stage("ext4"), LONG, this::slow)))
                .isEqualTo(Refusal.NotYet.class);
    }
}
