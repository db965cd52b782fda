package storage.dispersive.erasure;

/**
 * GF(2^8) with the polynomial x^8 + x^4 + x^3 + x^2 + 1 and generator 2, elements as ints 0 to 255.
 * For matrices only: it is not meant for bulk data, nor, as it looks values up in tables, for keys.
 */
final class GaloisField {

    static final int POLYNOMIAL = 0x11D;
    static final int SIZE = 256;

    private static final int ORDER = SIZE - 1;
    private static final int[] POWER_OF_TWO = new int[2 * ORDER];
    private static final int[] LOGARITHM = new int[SIZE];

    static {
        int value = 1;
        for (int exponent = 0; exponent < ORDER; exponent++) {
            POWER_OF_TWO[exponent] = value;
            POWER_OF_TWO[exponent + ORDER] = value;
            LOGARITHM[value] = exponent;
            value <<= 1;
            if (value >= SIZE) {
                value ^= POLYNOMIAL;
            }
        }
    }

    private GaloisField() {}

    static int multiply(int left, int right) {
        if (left == 0 || right == 0) {
            return 0;
        }
        return POWER_OF_TWO[LOGARITHM[left] + LOGARITHM[right]];
    }

    static int inverse(int value) {
        if (value == 0) {
            throw new ArithmeticException("0 has no inverse");
        }
        return POWER_OF_TWO[ORDER - LOGARITHM[value]];
    }

    /** {@code base} to the power of {@code exponent}; 0 to the power of 0 is 1. */
    static int power(int base, int exponent) {
        int result = 1;
        for (int i = 0; i < exponent; i++) {
            result = multiply(result, base);
        }
        return result;
    }
}
