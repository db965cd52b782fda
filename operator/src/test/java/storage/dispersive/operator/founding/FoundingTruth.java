package storage.dispersive.operator.founding;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import storage.dispersive.api.v1alpha1.Encryption;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.seal.KeyShare;
import storage.dispersive.seal.KeyShareException;
import storage.dispersive.seal.KeyShares;
import storage.dispersive.seal.VolumeKey;
import storage.dispersive.volume.Member;

/**
 * What has to hold whatever happens: once members are recorded, they stay recorded, each of their
 * pods holds the volume for ever, and their shares are of one key that never changes.
 */
final class FoundingTruth {

    private final ModelRecord record;
    private final List<ModelPod> pods;
    private final Encryption.Key key;
    private Founding.@Nullable Founded first;
    private List<Optional<KeyShare>> firstShares = List.of();
    private @Nullable String falseClaim;

    FoundingTruth(ModelRecord record, List<ModelPod> pods, Encryption.Key key) {
        this.record = record;
        this.pods = pods;
        this.key = key;
    }

    /** Somebody says that this came of an attempt. */
    void claimed(FoundingOutcome outcome) {
        if (outcome instanceof FoundingOutcome.Founded(VolumeId volume, List<Member> members)
                && !new Founding.Founded(volume, members).equals(record.now())) {
            falseClaim = "an attempt says founded, and " + record.now() + " is recorded";
        }
    }

    Optional<String> violation() {
        if (falseClaim != null) {
            return Optional.of(falseClaim);
        }
        Founding now = record.now();
        Founding.Founded founded = first;
        if (founded == null) {
            return now instanceof Founding.Founded just ? begin(just) : Optional.empty();
        }
        if (!now.equals(founded)) {
            return Optional.of("founded was " + founded + ", and " + now + " is recorded");
        }
        return held(founded)
                .or(() ->
                        shares(founded).equals(firstShares)
                                ? Optional.empty()
                                : Optional.of("the shares have changed"));
    }

    private Optional<String> begin(Founding.Founded founded) {
        first = founded;
        firstShares = shares(founded);
        return held(founded)
                .or(() ->
                        switch (key) {
                            case SECRET ->
                                    firstShares.stream().allMatch(Optional::isEmpty)
                                            ? Optional.empty()
                                            : Optional.of(
                                                    "shares are kept of a key that is in a Secret");
                            case DISPERSED -> keyOf(firstShares);
                        });
    }

    private Optional<String> held(Founding.Founded founded) {
        return founded.members().stream()
                .filter(member -> !pods.get(member.slot()).holds(founded.volume(), member.slot()))
                .map(member -> member + " is recorded, and its pod does not hold the volume")
                .findFirst();
    }

    private List<Optional<KeyShare>> shares(Founding.Founded founded) {
        return pods.stream().map(pod -> pod.share(founded.volume())).toList();
    }

    /** Any two of three shares have to give the same. */
    private static Optional<String> keyOf(List<Optional<KeyShare>> kept) {
        List<KeyShare> shares = kept.stream().flatMap(Optional::stream).toList();
        if (shares.size() != kept.size()) {
            return Optional.of("a pod has no share of the key");
        }
        try (VolumeKey low = KeyShares.combine(shares.subList(0, 2));
                VolumeKey high = KeyShares.combine(shares.subList(1, 3))) {
            return low.equals(high)
                    ? Optional.empty()
                    : Optional.of("the shares are of different keys");
        } catch (KeyShareException e) {
            return Optional.of("the key is lost: " + e.getMessage());
        }
    }
}
