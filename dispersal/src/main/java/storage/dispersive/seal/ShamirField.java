package storage.dispersive.seal;

/**
 * GF(2^8), polynomial 0x11D, for secrets: no tables and no branches that depend on a value, so that
 * neither time nor cache tells anything of a key.
 */
final class ShamirField {

    private static final int REDUCTION = 0x1D;
    private static final int BYTE_MASK = 0xFF;

    /** x^254 is the inverse of x: the powers of two from 2 to 128 add up to 254. */
    private static final int SQUARINGS = 7;

    private ShamirField() {}

    static int multiply(int left, int right) {
        int product = 0;
        int doubled = left;
        for (int bit = 0; bit < Byte.SIZE; bit++) {
            product ^= doubled & -((right >>> bit) & 1);
            int carry = -(doubled >>> (Byte.SIZE - 1));
            doubled = ((doubled << 1) & BYTE_MASK) ^ (carry & REDUCTION);
        }
        return product;
    }

    /** The inverse of a value that is not 0. */
    static int inverse(int value) {
        int result = 1;
        int power = value;
        for (int i = 0; i < SQUARINGS; i++) {
            power = multiply(power, power);
            result = multiply(result, power);
        }
        return result;
    }
}
