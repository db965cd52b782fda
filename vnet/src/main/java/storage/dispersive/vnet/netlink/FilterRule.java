package storage.dispersive.vnet.netlink;

import java.nio.ByteBuffer;

/**
 * The expressions of one rule of nf_tables (linux/netfilter/nf_tables.h): each looks at the packet
 * and ends the rule unless it matches. All numbers travel in the network's order.
 */
final class FilterRule {

    private static final int RULE_TABLE = 1;
    private static final int RULE_CHAIN = 2;
    private static final int RULE_EXPRESSIONS = 4;
    private static final int LIST_ELEMENT = 1;
    private static final int EXPRESSION_NAME = 1;
    private static final int EXPRESSION_DATA = 2;

    private static final int META_REGISTER = 1;
    private static final int META_KEY = 2;
    private static final int META_TRANSPORT_PROTOCOL = 16;
    private static final int UDP = 17;

    private static final int COMPARE_REGISTER = 1;
    private static final int COMPARE_OPERATION = 2;
    private static final int COMPARE_DATA = 3;
    private static final int EQUAL = 0;
    private static final int AT_MOST = 3;
    private static final int AT_LEAST = 5;
    private static final int DATA_VALUE = 1;
    private static final int DATA_VERDICT = 2;

    private static final int PAYLOAD_REGISTER = 1;
    private static final int PAYLOAD_BASE = 2;
    private static final int PAYLOAD_OFFSET = 3;
    private static final int PAYLOAD_LENGTH = 4;
    private static final int NETWORK_HEADER = 1;
    private static final int TRANSPORT_HEADER = 2;
    private static final int DESTINATION_PORT_OFFSET = 2;
    private static final int PORT_BYTES = 2;

    private static final int LOOKUP_SET = 1;
    private static final int LOOKUP_REGISTER = 2;
    private static final int LOOKUP_FLAGS = 5;
    private static final int LOOKUP_INVERTED = 1;

    private static final int IMMEDIATE_REGISTER = 1;
    private static final int IMMEDIATE_DATA = 2;
    private static final int VERDICT_REGISTER = 0;
    private static final int VERDICT_CODE = 1;
    private static final int DROP = 0;

    /**
     * The first of the registers of four bytes, of which a concatenation takes one after another.
     */
    private static final int FIRST_REGISTER = 8;

    private static final int REGISTER_BYTES = 4;

    private final NetlinkRequest request;
    private final String table;
    private final String chain;

    FilterRule(NetlinkRequest request, String table, String chain) {
        this.request = request;
        this.table = table;
        this.chain = chain;
    }

    /** Writes the rule with the expressions that are added meanwhile. */
    void write(Runnable expressions) {
        request.attributeText(RULE_TABLE, table)
                .attributeText(RULE_CHAIN, chain)
                .nested(RULE_EXPRESSIONS, expressions);
    }

    void matchUdpTo(int firstPort, int lastPort) {
        expression(
                "meta",
                () ->
                        request.attributeIntOnTheWire(META_REGISTER, FIRST_REGISTER)
                                .attributeIntOnTheWire(META_KEY, META_TRANSPORT_PROTOCOL));
        compare(EQUAL, new byte[] {UDP});
        loadPayload(FIRST_REGISTER, TRANSPORT_HEADER, DESTINATION_PORT_OFFSET, PORT_BYTES);
        compare(AT_LEAST, port(firstPort));
        compare(AT_MOST, port(lastPort));
    }

    /** Puts source address, source port and destination port one behind the other. */
    void loadSource(int addressOffset, int addressBytes) {
        int ports = FIRST_REGISTER + addressBytes / REGISTER_BYTES;
        loadPayload(FIRST_REGISTER, NETWORK_HEADER, addressOffset, addressBytes);
        loadPayload(ports, TRANSPORT_HEADER, 0, PORT_BYTES);
        loadPayload(ports + 1, TRANSPORT_HEADER, DESTINATION_PORT_OFFSET, PORT_BYTES);
    }

    void leaveIfInSet(String set) {
        expression(
                "lookup",
                () ->
                        request.attributeText(LOOKUP_SET, set)
                                .attributeIntOnTheWire(LOOKUP_REGISTER, FIRST_REGISTER)
                                .attributeIntOnTheWire(LOOKUP_FLAGS, LOOKUP_INVERTED));
    }

    void count() {
        expression("counter", () -> {});
    }

    void drop() {
        expression(
                "immediate",
                () ->
                        request.attributeIntOnTheWire(IMMEDIATE_REGISTER, VERDICT_REGISTER)
                                .nested(
                                        IMMEDIATE_DATA,
                                        () ->
                                                request.nested(
                                                        DATA_VERDICT,
                                                        () ->
                                                                request.attributeIntOnTheWire(
                                                                        VERDICT_CODE, DROP))));
    }

    private void loadPayload(int register, int base, int offset, int length) {
        expression(
                "payload",
                () ->
                        request.attributeIntOnTheWire(PAYLOAD_REGISTER, register)
                                .attributeIntOnTheWire(PAYLOAD_BASE, base)
                                .attributeIntOnTheWire(PAYLOAD_OFFSET, offset)
                                .attributeIntOnTheWire(PAYLOAD_LENGTH, length));
    }

    private void compare(int operation, byte[] value) {
        expression(
                "cmp",
                () ->
                        request.attributeIntOnTheWire(COMPARE_REGISTER, FIRST_REGISTER)
                                .attributeIntOnTheWire(COMPARE_OPERATION, operation)
                                .nested(COMPARE_DATA, () -> request.attribute(DATA_VALUE, value)));
    }

    private void expression(String name, Runnable data) {
        request.nested(
                LIST_ELEMENT,
                () -> request.attributeText(EXPRESSION_NAME, name).nested(EXPRESSION_DATA, data));
    }

    private static byte[] port(int number) {
        return ByteBuffer.allocate(PORT_BYTES).putShort((short) number).array();
    }
}
