package storage.dispersive.operator.pods;

import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import storage.dispersive.api.v1alpha1.Dispersal;

/**
 * How much a storage pod claims, in whole MiB.
 *
 * @param bytes a positive multiple of 1 MiB
 */
public record ClaimSize(long bytes) {

    private static final BigDecimal MEBI = BigDecimal.valueOf(1 << 20);

    /**
     * What a store needs beside portions: a segment that is begun and one of the reserve (64 MiB
     * each), spare ones, and what a file system takes.
     */
    private static final BigDecimal BESIDE_PORTIONS = BigDecimal.valueOf(256L << 20);

    public ClaimSize {
        if (bytes <= 0 || bytes % (1 << 20) != 0) {
            throw new IllegalArgumentException("a claim of " + bytes + " bytes");
        }
    }

    /**
     * What each pod of a volume claims: its portion of the size, more by the overhead, and what a
     * store needs beside.
     *
     * @param overhead a percentage, such as 25%
     */
    public static ClaimSize of(Quantity size, Dispersal dispersal, String overhead) {
        BigDecimal percent = new BigDecimal(overhead.substring(0, overhead.length() - 1));
        BigDecimal portions =
                size.getNumericalAmount()
                        .multiply(percent.add(BigDecimal.valueOf(100)))
                        .divide(
                                BigDecimal.valueOf(100L * dispersal.data()),
                                0,
                                RoundingMode.CEILING);
        return ceiling(portions.add(BESIDE_PORTIONS));
    }

    /** What was asked for, rounded up. */
    public static ClaimSize of(Quantity size) {
        return ceiling(size.getNumericalAmount());
    }

    private static ClaimSize ceiling(BigDecimal bytes) {
        BigInteger mebibytes = bytes.divide(MEBI, 0, RoundingMode.CEILING).toBigIntegerExact();
        return new ClaimSize(mebibytes.shiftLeft(20).longValueExact());
    }

    /** As Kubernetes writes it: {@code 1536Mi}. */
    public Quantity quantity() {
        return new Quantity(Long.toString(bytes >> 20), "Mi");
    }
}
