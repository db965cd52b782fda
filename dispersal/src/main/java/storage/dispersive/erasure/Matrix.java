package storage.dispersive.erasure;

import java.util.Arrays;

/** An immutable matrix over {@link GaloisField}, of at most 32 by 32 elements. */
final class Matrix {

    private final int[][] rows;
    private final int columns;

    private Matrix(int[][] rows) {
        this.rows = rows;
        this.columns = rows[0].length;
    }

    /**
     * The generator of a code of k data and m parity portions, (k + m) by k: the Vandermonde matrix
     * with element r^c, multiplied by the inverse of its upper square, so that the upper square
     * becomes the identity (as in Backblaze's JavaReedSolomon).
     */
    static Matrix generator(int dataPortions, int parityPortions) {
        int[][] vandermonde = new int[dataPortions + parityPortions][dataPortions];
        for (int row = 0; row < vandermonde.length; row++) {
            for (int column = 0; column < dataPortions; column++) {
                vandermonde[row][column] = GaloisField.power(row, column);
            }
        }
        Matrix whole = new Matrix(vandermonde);
        return whole.times(whole.rowRange(0, dataPortions).inverted());
    }

    int rowCount() {
        return rows.length;
    }

    int columnCount() {
        return columns;
    }

    int element(int row, int column) {
        return rows[row][column];
    }

    Matrix rowRange(int from, int until) {
        return new Matrix(Arrays.copyOfRange(rows, from, until));
    }

    /** The rows whose bits are set in {@code mask}, in ascending order. */
    Matrix selectRows(int mask) {
        int[][] selected = new int[Integer.bitCount(mask)][];
        int next = 0;
        for (int row = 0; row < rows.length; row++) {
            if ((mask & (1 << row)) != 0) {
                selected[next++] = rows[row];
            }
        }
        return new Matrix(selected);
    }

    Matrix times(Matrix right) {
        int[][] product = new int[rows.length][right.columns];
        for (int row = 0; row < rows.length; row++) {
            for (int column = 0; column < right.columns; column++) {
                int sum = 0;
                for (int i = 0; i < columns; i++) {
                    sum ^= GaloisField.multiply(rows[row][i], right.rows[i][column]);
                }
                product[row][column] = sum;
            }
        }
        return new Matrix(product);
    }

    /** The inverse of a square matrix, by Gauss-Jordan elimination. */
    Matrix inverted() {
        int size = rows.length;
        int[][] work = new int[size][2 * size];
        for (int row = 0; row < size; row++) {
            System.arraycopy(rows[row], 0, work[row], 0, size);
            work[row][size + row] = 1;
        }
        for (int column = 0; column < size; column++) {
            int pivot = column;
            while (pivot < size && work[pivot][column] == 0) {
                pivot++;
            }
            if (pivot == size) {
                throw new ArithmeticException("the matrix is singular");
            }
            int[] pivotRow = work[pivot];
            work[pivot] = work[column];
            work[column] = pivotRow;
            scale(pivotRow, GaloisField.inverse(pivotRow[column]));
            for (int row = 0; row < size; row++) {
                if (row != column) {
                    subtract(work[row], pivotRow, work[row][column]);
                }
            }
        }
        int[][] inverse = new int[size][];
        for (int row = 0; row < size; row++) {
            inverse[row] = Arrays.copyOfRange(work[row], size, 2 * size);
        }
        return new Matrix(inverse);
    }

    private static void scale(int[] row, int factor) {
        for (int i = 0; i < row.length; i++) {
            row[i] = GaloisField.multiply(row[i], factor);
        }
    }

    private static void subtract(int[] row, int[] other, int factor) {
        for (int i = 0; i < row.length; i++) {
            row[i] ^= GaloisField.multiply(other[i], factor);
        }
    }

    /** All elements, row by row. */
    byte[] toBytes() {
        byte[] bytes = new byte[rows.length * columns];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) rows[i / columns][i % columns];
        }
        return bytes;
    }
}
