package storage.dispersive.trials.underlay;

import java.nio.ByteBuffer;

/**
 * The expressions of one rule; attributes have the numbers of linux/netfilter/nf_tables.h. There is
 * one register, and each comparison ends the rule for packets that do not match.
 */
final class FilterRule {

    private static final int ACCUMULATOR = 8;
    private static final int VALUE = 1;
    private static final int VERDICT = 2;
    private static final int VERDICT_REGISTER = 0;
    private static final int DROP = 0;
    private static final int CHECKSUM_OF_THE_INTERNET = 1;

    private final FilterBatch batch;

    /** From where an offset counts. */
    enum Base {
        NETWORK(1),
        TRANSPORT(2);

        private final int number;

        Base(int number) {
            this.number = number;
        }
    }

    /** How the register is compared. */
    enum Comparison {
        EQUAL(0),
        AT_MOST(3),
        AT_LEAST(5);

        private final int number;

        Comparison(int number) {
            this.number = number;
        }
    }

    FilterRule(FilterBatch batch) {
        this.batch = batch;
    }

    void load(Base base, int offset, int bytes) {
        expression(
                "payload",
                () ->
                        batch.number(1, ACCUMULATOR)
                                .number(2, base.number)
                                .number(3, offset)
                                .number(4, bytes));
    }

    void compare(Comparison comparison, byte[] value) {
        expression(
                "cmp",
                () ->
                        batch.number(1, ACCUMULATOR)
                                .number(2, comparison.number)
                                .nested(3, () -> batch.bytes(VALUE, value)));
    }

    void compareByte(Comparison comparison, int value) {
        compare(comparison, new byte[] {(byte) value});
    }

    void compareShort(Comparison comparison, int value) {
        compare(comparison, ByteBuffer.allocate(Short.BYTES).putShort((short) value).array());
    }

    void compareInt(Comparison comparison, int value) {
        compare(comparison, ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
    }

    void count() {
        expression("counter", () -> {});
    }

    void drop() {
        expression(
                "immediate",
                () ->
                        batch.number(1, VERDICT_REGISTER)
                                .nested(
                                        2,
                                        () -> batch.nested(VERDICT, () -> batch.number(1, DROP))));
    }

    /** Alters the last of two bytes, and the checksum that covers them with others. */
    void flipBit(Base base, int offset, int checksumOffset) {
        byte[] all = {-1, -1};
        byte[] one = {0, 1};
        load(base, offset, Short.BYTES);
        expression(
                "bitwise",
                () ->
                        batch.number(1, ACCUMULATOR)
                                .number(2, ACCUMULATOR)
                                .number(3, Short.BYTES)
                                .nested(4, () -> batch.bytes(VALUE, all))
                                .nested(5, () -> batch.bytes(VALUE, one)));
        expression(
                "payload",
                () ->
                        batch.number(2, base.number)
                                .number(3, offset)
                                .number(4, Short.BYTES)
                                .number(5, ACCUMULATOR)
                                .number(6, CHECKSUM_OF_THE_INTERNET)
                                .number(7, checksumOffset));
    }

    private void expression(String name, Runnable data) {
        batch.nested(1, () -> batch.text(1, name).nested(2, data));
    }
}
