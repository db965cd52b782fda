package storage.dispersive.trials.underlay;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import storage.dispersive.linux.LinuxException;
import storage.dispersive.linux.NetlinkSocket;
import storage.dispersive.linux.NetworkNamespace;

/**
 * Somebody between the ports of an isolated SAN's bridges, over IPv4, until it is closed: the
 * kernel's packet filter, in the bridges' own namespace. Used by one thread.
 */
public final class BridgeMeddler implements AutoCloseable {

    private static final String TABLE = "meddler";
    private static final String CHAIN = "frames";
    private static final int PRE_ROUTING = 0;

    /** In a header of IPv4. */
    private static final int SOURCE_OFFSET = 12;

    private static final int DESTINATION_OFFSET = 16;

    private static final int ANSWER_BYTES = 64 << 10;
    private static final int NETLINK_ERROR = 2;
    private static final int NETLINK_DONE = 3;
    private static final int GENERIC_HEADER_BYTES = 4;
    private static final int TYPE_MASK = 0x3FFF;

    private static final int RULE_EXPRESSIONS = 4;
    private static final int EXPRESSION_NAME = 1;
    private static final int EXPRESSION_DATA = 2;
    private static final int COUNTER_PACKETS = 2;

    private final NetlinkSocket socket;
    private final ByteBuffer answer = ByteBuffer.allocateDirect(ANSWER_BYTES);

    /**
     * How many packets from a host, and to it, something was done to; what TCP's offload has not
     * cut yet counts once.
     */
    public record Counts(long from, long to) {}

    private BridgeMeddler(NetlinkSocket socket) {
        this.socket = socket;
    }

    /**
     * Alters one bit in some of what a host says and hears, such that TCP does not notice. To one
     * host and from it alone, or else each packet would be looked at twice.
     */
    public static BridgeMeddler flip(Path bridges, InetAddress host) throws IOException {
        return begin(bridges, host, new Meddling.Flip());
    }

    /** Drops what is longer, of what a host says and hears; with its IP header. */
    public static BridgeMeddler dropLonger(Path bridges, InetAddress host, int thanBytes)
            throws IOException {
        return begin(bridges, host, new Meddling.DropLonger(thanBytes));
    }

    private static BridgeMeddler begin(Path bridges, InetAddress host, Meddling meddling)
            throws IOException {
        try (NetworkNamespace namespace = NetworkNamespace.open(bridges)) {
            NetlinkSocket socket =
                    namespace.call(() -> NetlinkSocket.open(NetlinkSocket.Family.NETFILTER));
            BridgeMeddler meddler = new BridgeMeddler(socket);
            try {
                meddler.install(host.getAddress(), meddling);
                return meddler;
            } catch (IOException | RuntimeException e) {
                socket.close();
                throw e;
            }
        }
    }

    private void install(byte[] host, Meddling meddling) throws IOException {
        FilterBatch batch = new FilterBatch().begin();
        batch.message(FilterBatch.NEW_TABLE, FilterBatch.CREATE).text(1, TABLE);
        batch.message(FilterBatch.NEW_CHAIN, FilterBatch.CREATE)
                .text(1, TABLE)
                .text(3, CHAIN)
                .nested(4, () -> batch.number(1, PRE_ROUTING).number(2, 0))
                .text(7, "filter");
        FilterRule rule = new FilterRule(batch);
        for (int address : List.of(SOURCE_OFFSET, DESTINATION_OFFSET)) {
            batch.message(FilterBatch.NEW_RULE, FilterBatch.CREATE | FilterBatch.APPEND)
                    .text(1, TABLE)
                    .text(2, CHAIN)
                    .nested(
                            RULE_EXPRESSIONS,
                            () -> {
                                rule.load(FilterRule.Base.NETWORK, address, host.length);
                                rule.compare(FilterRule.Comparison.EQUAL, host);
                                meddling.write(rule);
                            });
        }
        send(batch);
    }

    /** What was done since it began. */
    public Counts counts() throws IOException {
        FilterBatch request = new FilterBatch();
        request.message(FilterBatch.GET_RULE, FilterBatch.DUMP).text(1, TABLE).text(2, CHAIN);
        socket.send(request.asItIs());
        List<Long> counts = new ArrayList<>();
        hear(message ->
                attributes(
                        message,
                        (type, rule) -> {
                            if (type == RULE_EXPRESSIONS) {
                                attributes(
                                        rule,
                                        (_, expression) -> counts.addAll(packets(expression)));
                            }
                        }));
        if (counts.size() != 2) {
            throw new IOException("the rules have " + counts.size() + " counters");
        }
        return new Counts(counts.getFirst(), counts.getLast());
    }

    /** What an expression has counted, if it is one that counts. */
    private static List<Long> packets(ByteBuffer expression) {
        List<Long> counts = new ArrayList<>();
        boolean[] isCounter = {false};
        attributes(
                expression,
                (type, value) -> {
                    if (type == EXPRESSION_NAME) {
                        isCounter[0] =
                                StandardCharsets.US_ASCII
                                        .decode(value)
                                        .toString()
                                        .startsWith("counter");
                    } else if (type == EXPRESSION_DATA && isCounter[0]) {
                        attributes(
                                value,
                                (field, number) -> {
                                    if (field == COUNTER_PACKETS) {
                                        counts.add(number.order(ByteOrder.BIG_ENDIAN).getLong());
                                    }
                                });
                    }
                });
        return counts;
    }

    private static void attributes(ByteBuffer in, BiConsumer<Integer, ByteBuffer> each) {
        int at = in.position();
        while (at + Integer.BYTES <= in.limit()) {
            int bytes = Short.toUnsignedInt(in.getShort(at));
            int type = in.getShort(at + Short.BYTES) & TYPE_MASK;
            each.accept(type, slice(in, at + Integer.BYTES, bytes - Integer.BYTES));
            at += Math.ceilDiv(bytes, Integer.BYTES) * Integer.BYTES;
        }
    }

    private static ByteBuffer slice(ByteBuffer from, int at, int bytes) {
        return from.slice(at, bytes).order(ByteOrder.nativeOrder());
    }

    /** What is refused is answered before what asks for an answer. */
    private void send(FilterBatch batch) throws IOException {
        batch.message(FilterBatch.NEW_TABLE, FilterBatch.ACKNOWLEDGE).text(1, TABLE);
        socket.send(batch.whole());
        hear(_ -> {});
    }

    private interface Ears {
        void hear(ByteBuffer attributes);
    }

    /** Hears messages until the kernel says that there are no more. */
    private void hear(Ears ears) throws IOException {
        while (true) {
            socket.receive(answer.clear());
            ByteBuffer all = slice(answer, 0, answer.limit());
            while (all.remaining() >= FilterBatch.HEADER_BYTES) {
                int start = all.position();
                int bytes = all.getInt(start);
                int type = all.getShort(start + Integer.BYTES);
                int content = start + FilterBatch.HEADER_BYTES;
                if (type == NETLINK_DONE) {
                    return;
                }
                if (type == NETLINK_ERROR) {
                    int errno = -all.getInt(content);
                    if (errno != 0) {
                        throw new LinuxException("meddle with packets", errno);
                    }
                    return;
                }
                int head = FilterBatch.HEADER_BYTES + GENERIC_HEADER_BYTES;
                ears.hear(slice(all, start + head, bytes - head));
                all.position(Math.min(all.limit(), start + Math.ceilDiv(bytes, 4) * 4));
            }
        }
    }

    /** Lets packets be. */
    @Override
    public void close() throws IOException {
        try (socket) {
            FilterBatch batch = new FilterBatch().begin();
            batch.message(FilterBatch.DELETE_TABLE, FilterBatch.ACKNOWLEDGE).text(1, TABLE);
            socket.send(batch.whole());
            hear(_ -> {});
        }
    }
}
