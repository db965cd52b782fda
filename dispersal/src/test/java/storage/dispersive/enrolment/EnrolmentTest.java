package storage.dispersive.enrolment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The thread around the decisions, in real time. */
class EnrolmentTest extends WithIdentityService {

    private final List<String> wrong = new CopyOnWriteArrayList<>();

    EnrolmentTest(@TempDir Path place) throws IOException {
        super(place);
    }

    private Enrolment begin() throws IOException, InterruptedException {
        return Enrolment.begin(pod.settings(), pod.surroundings(), wrong::add);
    }

    @Test
    void itWaitsUntilThereIsAnIdentity() throws Exception {
        service.say(503, "not yet");
        clock.pass(Duration.ofMinutes(1));
        CompletableFuture<Enrolment> begun = new CompletableFuture<>();
        Thread.ofPlatform()
                .daemon()
                .start(() -> {
                    try {
                        begun.complete(begin());
                    } catch (IOException | InterruptedException e) {
                        begun.completeExceptionally(e);
                    }
                });
        await().until(() -> wrong.size() == 1);
        assertThat(begun).isNotDone();
        service.certifyAgain();
        // Its clock stands still, so it does not ask again by itself.
        clock.pass(Backoff.LONGEST);
        try (Enrolment enrolment = begun.get(20, TimeUnit.SECONDS)) {
            assertThat(enrolment.credentials().own().certificatePem()).contains("BEGIN");
            assertThat(enrolment.expiry()).isAfter(clock.instant());
            assertThat(wrong).hasSize(1);
        }
    }

    @Test
    void whoWaitsCanBeInterrupted() throws Exception {
        service.say(503, "not yet");
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread waiting =
                Thread.ofPlatform()
                        .daemon()
                        .start(() -> {
                            try (Enrolment never = begin()) {
                                interrupted.complete(never == null);
                            } catch (InterruptedException e) {
                                interrupted.complete(true);
                            } catch (IOException e) {
                                interrupted.completeExceptionally(e);
                            }
                        });
        await().until(() -> wrong.size() == 1);
        waiting.interrupt();
        assertThat(interrupted.get(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whoFollowsHearsOfANewIdentityAndNothingAfterTheEnd() throws Exception {
        List<Credentials> heard = new CopyOnWriteArrayList<>();
        Credentials first;
        try (Enrolment enrolment = begin()) {
            first = enrolment.credentials();
            Instant expiry = enrolment.expiry();
            clock.pass(FakeIdentityService.LIFE.multipliedBy(9).dividedBy(10));
            enrolment.follow(heard::add);
            await().until(() -> heard.size() == 1);
            assertThat(enrolment.credentials()).isEqualTo(heard.getFirst()).isNotEqualTo(first);
            assertThat(enrolment.expiry()).isAfter(expiry);
        }
        assertThat(threads()).isZero();
        assertThat(heard).hasSize(1);
    }

    @Test
    void aFollowerThatFailsDoesNotEndTheThread() throws Exception {
        try (Enrolment enrolment = begin()) {
            clock.pass(FakeIdentityService.LIFE.multipliedBy(9).dividedBy(10));
            CompletableFuture<Credentials> heard = new CompletableFuture<>();
            enrolment.follow(next -> {
                heard.complete(next);
                throw new IllegalStateException("a fault of the follower");
            });
            heard.get(20, TimeUnit.SECONDS);
            await().during(Duration.ofMillis(200)).until(() -> threads() == 1);
        }
    }

    @Test
    void itHasOneThreadAndTheClientsEndWithTheQuestion() throws Exception {
        try (Enrolment enrolment = begin()) {
            enrolment.follow(any -> {});
            await().until(() -> threads() == 1);
            await().until(() ->
                    Thread.getAllStackTraces().keySet().stream()
                            .noneMatch(thread -> thread.getName().startsWith("HttpClient")));
        }
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("enrolment"))
                .filter(Thread::isAlive)
                .count();
    }
}
