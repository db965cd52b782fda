package storage.dispersive.seal;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import storage.dispersive.portion.VolumeId;

/**
 * Splits a volume's key into n shares of which any k give it back, and fewer tell nothing (Shamir,
 * "How to Share a Secret", 1979; over GF(2^8), a polynomial of degree k - 1 for each byte of the
 * key, which is its value at 0). Stateless, safe for all threads.
 */
public final class KeyShares {

    /** The most shares of a key: one for each portion. */
    public static final int MAX_SHARES = 32;

    /**
     * How many choices of k shares are tried when the first does not give the key, because some
     * share is wrong though it looks whole. Enough for every choice of up to 12 shares.
     */
    static final int MAX_ATTEMPTS = 1000;

    private static final Comparator<List<KeyShare>> BY_INDEXES =
            Comparator.comparingLong(KeyShares::countIndexes);

    private KeyShares() {}

    /**
     * Shares with the indexes 1 to {@code shares}.
     *
     * @throws IllegalArgumentException unless 1 &lt;= threshold &lt;= shares &lt;= 32
     */
    public static List<KeyShare> split(
            VolumeId volume, VolumeKey key, int threshold, int shares, SecureRandom random) {
        if (threshold < 1 || threshold > shares || shares > MAX_SHARES) {
            throw new IllegalArgumentException(
                    "a key is split so that 1 <= threshold <= shares <= %d, not %d of %d"
                            .formatted(MAX_SHARES, threshold, shares));
        }
        // coefficients[d] holds those of x^d, one for each byte of the key.
        byte[][] coefficients = new byte[threshold][VolumeKey.KEY_BYTES];
        coefficients[0] = key.export();
        for (int degree = 1; degree < threshold; degree++) {
            random.nextBytes(coefficients[degree]);
        }
        try {
            KeyShare.Split split = describe(volume, key, threshold, random.nextLong());
            List<KeyShare> made = new ArrayList<>(shares);
            for (int index = 1; index <= shares; index++) {
                made.add(new KeyShare(split, index, evaluate(coefficients, index)));
            }
            return List.copyOf(made);
        } finally {
            for (byte[] ofOneDegree : coefficients) {
                Arrays.fill(ofOneDegree, (byte) 0);
            }
        }
    }

    private static KeyShare.Split describe(
            VolumeId volume, VolumeKey key, int threshold, long splitId) {
        ByteBuffer check = ByteBuffer.wrap(key.checkValue(volume, KeyShare.CHECK_BYTES));
        return new KeyShare.Split(volume, threshold, splitId, check.getLong(), check.getLong());
    }

    /** By Horner's rule. */
    private static byte[] evaluate(byte[][] coefficients, int x) {
        byte[] values = new byte[VolumeKey.KEY_BYTES];
        for (int degree = coefficients.length - 1; degree >= 0; degree--) {
            for (int i = 0; i < values.length; i++) {
                int product = ShamirField.multiply(Byte.toUnsignedInt(values[i]), x);
                values[i] = (byte) (product ^ coefficients[degree][i]);
            }
        }
        return values;
    }

    /**
     * The key. Shares may come from pods that are wrong or lie: only those of the split from which
     * most of them come are used, and with more of these than the threshold, wrong ones among them
     * are left out where enough right ones remain. Who holds the shares could still all agree on
     * another key with a lower threshold, so a caller that knows volume and threshold compares them
     * first.
     *
     * @throws KeyShareException if there are too few of one split, or no choice of them (of the
     *     first {@value #MAX_ATTEMPTS}) gives the key
     */
    public static VolumeKey combine(List<KeyShare> shares) {
        return solve(shares).key();
    }

    /**
     * The share with this index of the same split, for a pod that lost its own.
     *
     * @throws KeyShareException as {@link #combine} does
     */
    public static KeyShare restore(List<KeyShare> shares, int index) {
        if (index < 1 || index > MAX_SHARES) {
            throw new IllegalArgumentException("no share has the index " + index);
        }
        Solution solution = solve(shares);
        solution.key().close();
        List<KeyShare> right = solution.shares();
        return new KeyShare(right.getFirst().split(), index, interpolate(right, index));
    }

    /** The key, and the shares that gave it: as many as the threshold. */
    private record Solution(VolumeKey key, List<KeyShare> shares) {}

    private static Solution solve(List<KeyShare> shares) {
        List<KeyShare> usable = ofOneSplit(shares);
        int threshold = usable.getFirst().threshold();
        int[] chosen = new int[threshold];
        Arrays.setAll(chosen, i -> i);
        int attempts = 0;
        do {
            List<KeyShare> subset = Arrays.stream(chosen).mapToObj(usable::get).toList();
            Optional<VolumeKey> key = tryCombine(subset);
            if (key.isPresent()) {
                return new Solution(key.get(), subset);
            }
            attempts++;
        } while (attempts < MAX_ATTEMPTS && nextChoice(chosen, usable.size()));
        throw new KeyShareException(
                ("no %d of these %d shares of volume %s give its key: some are wrong"
                                + " (%d choices tried)")
                        .formatted(threshold, usable.size(), usable.getFirst().volume(), attempts));
    }

    /** The shares of the split that most of them are of: at least as many as its threshold. */
    private static List<KeyShare> ofOneSplit(List<KeyShare> shares) {
        if (shares.isEmpty()) {
            throw new KeyShareException("without shares there is no key");
        }
        Map<KeyShare.Split, List<KeyShare>> bySplit =
                shares.stream()
                        .distinct()
                        .sorted(Comparator.comparingInt(KeyShare::index))
                        .collect(Collectors.groupingBy(KeyShare::split));
        List<KeyShare> most = Collections.max(bySplit.values(), BY_INDEXES);
        long rivals =
                bySplit.values().stream().filter(s -> BY_INDEXES.compare(s, most) == 0).count();
        KeyShare.Split split = most.getFirst().split();
        if (countIndexes(most) < split.threshold() || rivals > 1) {
            throw new KeyShareException(
                    "%d shares of one split give the key of volume %s, only %d are here%s"
                            .formatted(
                                    split.threshold(),
                                    split.volume(),
                                    countIndexes(most),
                                    bySplit.size() > 1 ? describeMixture(bySplit.keySet()) : ""));
        }
        return most;
    }

    private static long countIndexes(List<KeyShare> shares) {
        return shares.stream().mapToInt(KeyShare::index).distinct().count();
    }

    private static String describeMixture(Set<KeyShare.Split> splits) {
        long volumes = splits.stream().map(KeyShare.Split::volume).distinct().count();
        return volumes > 1
                ? ", mixed with those of other volumes"
                : ", mixed with those of other splits of this volume's key";
    }

    private static Optional<VolumeKey> tryCombine(List<KeyShare> subset) {
        if (subset.stream().mapToInt(KeyShare::index).distinct().count() < subset.size()) {
            return Optional.empty();
        }
        KeyShare.Split split = subset.getFirst().split();
        byte[] bytes = interpolate(subset, 0);
        try {
            VolumeKey key = VolumeKey.of(bytes);
            if (describe(split.volume(), key, split.threshold(), split.id()).equals(split)) {
                return Optional.of(key);
            }
            key.close();
            return Optional.empty();
        } catch (IllegalArgumentException allZeros) {
            return Optional.empty();
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /** The polynomials' values at {@code x}, by Lagrange's formula; indexes are no secret. */
    static byte[] interpolate(List<KeyShare> shares, int x) {
        byte[] values = new byte[VolumeKey.KEY_BYTES];
        for (KeyShare share : shares) {
            int weight = 1;
            for (KeyShare other : shares) {
                if (other.index() != share.index()) {
                    int distance = ShamirField.inverse(share.index() ^ other.index());
                    int term = ShamirField.multiply(x ^ other.index(), distance);
                    weight = ShamirField.multiply(weight, term);
                }
            }
            for (int i = 0; i < values.length; i++) {
                values[i] ^= (byte) ShamirField.multiply(share.point(i), weight);
            }
        }
        return values;
    }

    /** Steps to the next choice of {@code chosen.length} out of {@code count}, if there is one. */
    private static boolean nextChoice(int[] chosen, int count) {
        int last = chosen.length - 1;
        int position = last;
        while (position >= 0 && chosen[position] == count - chosen.length + position) {
            position--;
        }
        if (position < 0) {
            return false;
        }
        chosen[position]++;
        for (int i = position + 1; i <= last; i++) {
            chosen[i] = chosen[i - 1] + 1;
        }
        return true;
    }
}
