package storage.dispersive.operator.founding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import storage.dispersive.api.v1alpha1.Encryption;
import storage.dispersive.operator.founding.MortalOperator.DiedException;
import storage.dispersive.portion.Code;
import storage.dispersive.portion.Epoch;
import storage.dispersive.portion.RunId;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.seal.KeyShares;
import storage.dispersive.seal.VolumeKey;
import storage.dispersive.volume.Member;
import storage.dispersive.wire.PodName;
import storage.dispersive.wire.PodReply.Presence;
import storage.dispersive.wire.PodRequest;

/** Founding, on real storage pods over real TLS. */
class VolumeFoundingTest {

    private static final Code CODE = new Code(2, 1);
    private static final int PODS = CODE.portions();

    @TempDir private Path directory;
    private RealPods pods;
    private final ModelRecord record = new ModelRecord();

    @BeforeEach
    void start() throws Exception {
        pods = RealPods.start(PODS, directory);
    }

    @AfterEach
    void stop() {
        pods.close();
    }

    @Test
    void aVolumeIsFoundedOnAllOfItsPodsWithASplitKey() {
        FoundingOutcome.Founded founded = found(Encryption.Key.DISPERSED);
        assertThat(record.now())
                .isEqualTo(new Founding.Founded(founded.volume(), founded.members()));
        assertThat(founded.members())
                .extracting(Member::incarnation)
                .containsExactly(
                        pods.pod(0).incarnation(),
                        pods.pod(1).incarnation(),
                        pods.pod(2).incarnation());
        assertIsWhole(founded);
    }

    @Test
    void aFoundedVolumeIsFoundedOnce() {
        FoundingOutcome.Founded founded = found(Encryption.Key.DISPERSED);
        pods.pod(1).close();
        assertThat(attempt(pods.line(), Encryption.Key.DISPERSED)).isEqualTo(founded);
    }

    @Test
    void podsGetNothingOfAKeyInASecret() {
        FoundingOutcome.Founded founded = found(Encryption.Key.SECRET);
        assertThat(pods.presences(founded.volume())).containsOnly(Presence.FOUNDED);
        assertThat(pods.shares(founded.volume())).isEmpty();
    }

    @Test
    void whereverAnOperatorDiesTheNextOneFoundsTheVolumeAndLeavesNothingBehind() {
        Set<VolumeId> tried = new HashSet<>();
        int deaths = 0;
        for (int messages = 0; !(record.now() instanceof Founding.Founded); messages++) {
            MortalOperator mortal = new MortalOperator(pods.line(), record, messages);
            VolumeFounding founding = new VolumeFounding(mortal);
            try {
                assertThat(founding.attempt(wanted(Encryption.Key.DISPERSED), mortal))
                        .isInstanceOf(FoundingOutcome.Founded.class);
            } catch (DiedException e) {
                deaths++;
            }
            tried.addAll(mortal.founded());
        }
        // Describe, the id, Forget, Found, KeepShare; the last death is after the members.
        assertThat(deaths).isEqualTo(4 * PODS + 2);
        FoundingOutcome.Founded founded = found(Encryption.Key.DISPERSED);
        assertIsWhole(founded);
        tried.remove(founded.volume());
        assertThat(tried).hasSizeGreaterThan(PODS);
        assertThat(tried)
                .allSatisfy(id -> assertThat(pods.presences(id)).containsOnly(Presence.UNKNOWN));
    }

    @Test
    void anotherShareOnAPodEndsTheAttemptAndTheNextOneHasAnotherId() {
        PodCalls meddled =
                questions -> {
                    questions.values().stream()
                            .filter(PodRequest.KeepShare.class::isInstance)
                            .limit(1)
                            .forEach(request ->
                                    pods.pod(0)
                                            .ask(
                                                    new PodRequest.KeepShare(
                                                            request.volume(),
                                                            pods.pod(0).incarnation(),
                                                            new byte[] {1})));
                    return pods.line().ask(questions);
                };
        FoundingOutcome outcome = attempt(meddled, Encryption.Key.DISPERSED);
        assertThat(outcome)
                .isEqualTo(
                        new FoundingOutcome.Waiting(
                                List.of("dv-photos-0.default: refused: another share is kept")));
        VolumeId abandoned = ((Founding.Attempted) record.now()).volume();
        FoundingOutcome.Founded founded = found(Encryption.Key.DISPERSED);
        assertThat(founded.volume()).isNotEqualTo(abandoned);
        assertThat(pods.presences(abandoned)).containsOnly(Presence.UNKNOWN);
        assertIsWhole(founded);
    }

    @Test
    void whileAPodIsDownNothingIsRecordedAndNoPodKnowsAnything() {
        pods.pod(2).close();
        pods.unplace(pods.names().get(1));
        FoundingOutcome outcome = attempt(pods.line(), Encryption.Key.DISPERSED);
        assertThat(outcome).isInstanceOf(FoundingOutcome.Waiting.class);
        assertThat(((FoundingOutcome.Waiting) outcome).reasons())
                .satisfiesExactly(
                        why -> assertThat(why).contains("dv-photos-1.default: it has no address"),
                        why -> assertThat(why).contains("dv-photos-2.default: ", "refused"));
        assertThat(record.now()).isEqualTo(new Founding.Untried());
    }

    @Test
    void aPodOfAnotherNameAtTheAddressIsNotAsked() {
        PodName meant = pods.names().get(0);
        pods.move(meant, pods.pod(1).placeOf(meant));
        FoundingOutcome outcome = attempt(pods.line(), Encryption.Key.DISPERSED);
        assertThat(outcome).isInstanceOf(FoundingOutcome.Waiting.class);
        assertThat(((FoundingOutcome.Waiting) outcome).reasons())
                .singleElement()
                .asString()
                .contains("dv-photos-0.default was called, but", "dv-photos-1.default answered");
        assertThat(record.now()).isEqualTo(new Founding.Untried());
    }

    @Test
    void whoIsOvertakenWhileItFoundsHasThePodsForgetItsOwnIdOnly() {
        FoundingOutcome[] other = new FoundingOutcome[1];
        VolumeId[] own = new VolumeId[1];
        PodCalls paused =
                questions -> {
                    questions.values().stream()
                            .filter(PodRequest.KeepShare.class::isInstance)
                            .limit(1)
                            .forEach(request -> {
                                own[0] = request.volume();
                                other[0] = attempt(pods.line(), Encryption.Key.DISPERSED);
                                pods.line().ask(refound(request.volume()));
                            });
                    return pods.line().ask(questions);
                };
        assertThat(attempt(paused, Encryption.Key.DISPERSED))
                .isInstanceOf(FoundingOutcome.Lost.class);
        assertIsWhole((FoundingOutcome.Founded) other[0]);
        assertThat(pods.presences(own[0])).containsOnly(Presence.UNKNOWN);
    }

    /** As messages of the paused one would that were still on their way. */
    private Map<PodName, PodRequest> refound(VolumeId volume) {
        Map<PodName, PodRequest> requests = new HashMap<>();
        for (int slot = 0; slot < PODS; slot++) {
            requests.put(pods.names().get(slot), new PodRequest.Found(volume, slot, CODE));
        }
        return requests;
    }

    @Test
    void othersMayWriteTheRestOfTheStatusMeanwhile() {
        PodCalls busy =
                questions -> {
                    record.touch();
                    return pods.line().ask(questions);
                };
        assertThat(attempt(busy, Encryption.Key.DISPERSED))
                .isInstanceOf(FoundingOutcome.Founded.class);
    }

    /** A second line: the ids alone already see to it that nobody asks this. */
    @Test
    void whatWasAttachedIsNotForgottenByWhoFounds() {
        FoundingOutcome.Founded founded = found(Encryption.Key.SECRET);
        RealPod pod = pods.pod(0);
        pod.ask(
                new PodRequest.Fence(
                        founded.volume(), pod.incarnation(), new Epoch(1, 1), new RunId(1, 2)));
        var anew = new ModelRecord();
        anew.compareAndSet(
                anew.read().orElseThrow(), new Founding.Attempted(founded.volume(), pods.names()));
        new VolumeFounding(pods.line()).attempt(wanted(Encryption.Key.SECRET), anew);
        assertThat(pods.presences(founded.volume()))
                .containsExactly(Presence.FOUNDED, Presence.UNKNOWN, Presence.UNKNOWN);
    }

    @Test
    void aVolumeNeedsAsManyDifferentPodsAsPortions() {
        PodName pod = new PodName("pod");
        assertThatThrownBy(() ->
                        new VolumeToFound(CODE, Encryption.Key.SECRET, List.of(pod, pod, pod)))
                .hasMessageContaining("needs 3 different pods");
    }

    private FoundingOutcome.Founded found(Encryption.Key key) {
        FoundingOutcome outcome = attempt(pods.line(), key);
        assertThat(outcome).isInstanceOf(FoundingOutcome.Founded.class);
        return (FoundingOutcome.Founded) outcome;
    }

    private FoundingOutcome attempt(PodCalls calls, Encryption.Key key) {
        return new VolumeFounding(calls).attempt(wanted(key), record);
    }

    private VolumeToFound wanted(Encryption.Key key) {
        return new VolumeToFound(CODE, key, pods.names());
    }

    private void assertIsWhole(FoundingOutcome.Founded founded) {
        assertThat(pods.presences(founded.volume())).containsOnly(Presence.FOUNDED);
        var shares = pods.shares(founded.volume());
        assertThat(shares).hasSize(PODS);
        try (VolumeKey low = KeyShares.combine(shares.subList(0, 2));
                VolumeKey high = KeyShares.combine(shares.subList(1, 3))) {
            assertThat(low.equals(high)).isTrue();
        }
    }
}
