package storage.dispersive.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import storage.dispersive.portion.VolumeId;

class KeySharesTest {

    private static final VolumeId VOLUME = new VolumeId(11, 12);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final VolumeKey key = VolumeKey.random(RANDOM);

    private static List<KeyShare> subset(List<KeyShare> shares, int mask) {
        List<KeyShare> subset = new ArrayList<>();
        for (int i = 0; i < shares.size(); i++) {
            if ((mask & (1 << i)) != 0) {
                subset.add(shares.get(i));
            }
        }
        return subset;
    }

    /** A share that looks whole, but holds another point than was dealt. */
    private static KeyShare lie(KeyShare share) {
        byte[] points = KeyShares.interpolate(List.of(share), 0);
        points[7] ^= 1;
        return new KeyShare(share.split(), share.index(), points);
    }

    @Test
    void anyThresholdOfTheSharesInAnyOrderGivesTheKeyForAllOfUpToSevenShares() {
        for (int n = 1; n <= 7; n++) {
            for (int k = 1; k <= n; k++) {
                List<KeyShare> shares = KeyShares.split(VOLUME, key, k, n, RANDOM);
                assertThat(shares).hasSize(n);
                for (int mask = 0; mask < 1 << n; mask++) {
                    List<KeyShare> some = subset(shares, mask);
                    Collections.shuffle(some, new Random(mask));
                    if (some.size() >= k) {
                        assertThat(KeyShares.combine(some)).as("%d of %d", k, n).isEqualTo(key);
                    } else {
                        assertThatExceptionOfType(KeyShareException.class)
                                .isThrownBy(() -> KeyShares.combine(some));
                    }
                }
            }
        }
    }

    @Test
    void theWidestSplitGivesTheKey() {
        List<KeyShare> shares = KeyShares.split(VOLUME, key, 32, 32, RANDOM);
        assertThat(KeyShares.combine(shares)).isEqualTo(key);
        List<KeyShare> half = KeyShares.split(VOLUME, key, 16, 32, RANDOM);
        assertThat(KeyShares.combine(half.subList(16, 32))).isEqualTo(key);
    }

    /**
     * With k - 1 shares, each value that a byte of the key could have is given by exactly one value
     * of a missing share: so what these shares say about the key is nothing.
     */
    @Test
    void fewerSharesThanTheThresholdAreConsistentWithEveryKey() {
        for (int k = 1; k <= 6; k++) {
            List<KeyShare> shares = KeyShares.split(VOLUME, key, k, k, RANDOM);
            KeyShare missing = shares.getLast();
            List<KeyShare> known = shares.subList(0, k - 1);
            Set<Byte> keyBytes = new HashSet<>();
            for (int candidate = 0; candidate < 256; candidate++) {
                byte[] points = new byte[VolumeKey.KEY_BYTES];
                points[0] = (byte) candidate;
                List<KeyShare> completed = new ArrayList<>(known);
                completed.add(new KeyShare(missing.split(), missing.index(), points));
                keyBytes.add(KeyShares.interpolate(completed, 0)[0]);
            }
            assertThat(keyBytes).as("threshold %d", k).hasSize(256);
        }
    }

    @Test
    void everyValueOfAShareIsEquallyLikelyWhateverTheKey() {
        int rounds = 256 * 40;
        int[] counts = new int[256];
        for (int i = 0; i < rounds; i++) {
            counts[KeyShares.split(VOLUME, key, 2, 2, RANDOM).getFirst().point(0)]++;
        }
        // 255 degrees of freedom: mean 255, deviation 22.6. Eight deviations never happen.
        double chiSquare = 0;
        for (int count : counts) {
            chiSquare += (count - 40.0) * (count - 40.0) / 40.0;
        }
        assertThat(chiSquare).isLessThan(255 + 8 * 22.6);
    }

    @Test
    void wrongSharesAreDetectedAndLeftOutWhereEnoughRightOnesRemain() {
        List<KeyShare> shares = KeyShares.split(VOLUME, key, 4, 6, RANDOM);
        for (int a = 0; a < 6; a++) {
            for (int b = 0; b < a; b++) {
                List<KeyShare> some = new ArrayList<>(shares);
                some.set(a, lie(shares.get(a)));
                some.set(b, lie(shares.get(b)));
                assertThat(KeyShares.combine(some)).as("%d and %d lie", a, b).isEqualTo(key);
            }
        }
        List<KeyShare> justEnough = new ArrayList<>(shares.subList(0, 4));
        justEnough.set(2, lie(shares.get(2)));
        assertThatExceptionOfType(KeyShareException.class)
                .isThrownBy(() -> KeyShares.combine(justEnough))
                .withMessageContaining("no 4 of these 4 shares")
                .withMessageContaining("some are wrong");
        List<KeyShare> sameIndexTwice = new ArrayList<>(shares.subList(0, 4));
        sameIndexTwice.addFirst(lie(shares.get(1)));
        assertThat(KeyShares.combine(sameIndexTwice)).isEqualTo(key);
    }

    @Test
    void theSearchForRightSharesIsBounded() {
        List<KeyShare> lies =
                KeyShares.split(VOLUME, key, 16, 32, RANDOM).stream()
                        .map(KeySharesTest::lie)
                        .toList();
        assertThatExceptionOfType(KeyShareException.class)
                .isThrownBy(() -> KeyShares.combine(lies))
                .withMessageContaining(KeyShares.MAX_ATTEMPTS + " choices tried");
    }

    @Test
    void sharesThatDoNotBelongTogetherAreToldApart() {
        List<KeyShare> shares = KeyShares.split(VOLUME, key, 2, 3, RANDOM);
        List<KeyShare> again = KeyShares.split(VOLUME, key, 2, 3, RANDOM);
        List<KeyShare> other = KeyShares.split(new VolumeId(11, 13), key, 2, 3, RANDOM);
        assertRefused("other splits of this", List.of(shares.get(0), again.get(1)));
        assertRefused("other volumes", List.of(shares.get(0), other.get(1)));
        assertRefused("only 1 are here", List.of(shares.get(0), shares.get(0)));
        assertRefused("without shares", List.of());
        assertRefused(
                "other splits", List.of(shares.get(0), shares.get(1), again.get(1), again.get(2)));
        assertThat(
                        KeyShares.combine(
                                List.of(again.get(0), other.get(0), shares.get(1), shares.get(2))))
                .isEqualTo(key);
    }

    @Test
    void aPodCannotSlipInAKeyOfItsOwnWithALowerThreshold() {
        List<KeyShare> shares = KeyShares.split(VOLUME, key, 3, 4, RANDOM);
        VolumeKey known = VolumeKey.random(RANDOM);
        KeyShare forged = KeyShares.split(VOLUME, known, 1, 1, RANDOM).getFirst();
        assertThat(KeyShares.combine(List.of(forged, shares.get(0), shares.get(1), shares.get(3))))
                .isEqualTo(key);
        assertRefused("3 shares of one split", List.of(forged, shares.get(0), shares.get(1)));
    }

    private static void assertRefused(String words, List<KeyShare> shares) {
        assertThatExceptionOfType(KeyShareException.class)
                .isThrownBy(() -> KeyShares.combine(shares))
                .withMessageContaining(words);
    }

    @Test
    void aLostShareIsRestoredFromTheOthers() {
        List<KeyShare> shares = KeyShares.split(VOLUME, key, 3, 5, RANDOM);
        for (int lost = 0; lost < 5; lost++) {
            List<KeyShare> rest = new ArrayList<>(shares);
            rest.remove(lost);
            rest.set(0, lie(rest.get(0)));
            assertThat(KeyShares.restore(rest, lost + 1)).isEqualTo(shares.get(lost));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> KeyShares.restore(shares, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> KeyShares.restore(shares, 33));
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "2, 1", "1, 33", "33, 33", "-1, 4", "1, 0"})
    void impossibleSplitsAreRefused(int threshold, int shares) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeyShares.split(VOLUME, key, threshold, shares, RANDOM))
                .withMessageContaining("not " + threshold + " of " + shares);
    }
}
