package storage.dispersive.vnet.netlink;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import storage.dispersive.linux.NetlinkSocket;
import storage.dispersive.linux.NetworkNamespace;

/** What is in the set of a {@link PeerFilter}, as the kernel lists it. */
public final class FilteredPeers {

    /** linux/netfilter/nf_tables.h. */
    private static final int GET_ELEMENTS = (10 << 8) | 13;

    private static final int IPV4 = 2;
    private static final int TABLE = 1;
    private static final int SET = 2;
    private static final int ELEMENTS = 3;
    private static final int FAMILY_HEADER_BYTES = 4;
    private static final int ATTRIBUTE_BYTES = 4;

    private FilteredPeers() {}

    /** How many peers may send to this host over IPv4. */
    public static int count(NetworkNamespace host) throws IOException {
        return host.call(() -> {
            try (NetlinkClient client = new NetlinkClient(NetlinkSocket.Family.NETFILTER)) {
                return client
                        .dump(() -> request(client), "list peers", FilteredPeers::elements)
                        .stream()
                        .mapToInt(Integer::intValue)
                        .sum();
            }
        });
    }

    private static NetlinkRequest request(NetlinkClient client) {
        return new NetlinkRequest()
                .begin(
                        GET_ELEMENTS,
                        NetlinkRequest.REQUEST | NetlinkRequest.DUMP,
                        client.nextSequence())
                .putByte(IPV4)
                .putByte(0)
                .putShort(0)
                .attributeText(TABLE, "dispersive")
                .attributeText(SET, "peers");
    }

    private static int elements(ByteBuffer message) {
        message.position(FAMILY_HEADER_BYTES);
        return NetlinkAttributes.read(message)
                .bytes(ELEMENTS)
                .map(FilteredPeers::attributes)
                .orElse(0);
    }

    private static int attributes(ByteBuffer list) {
        ByteBuffer rest = list.order(ByteOrder.nativeOrder());
        int count = 0;
        while (rest.remaining() >= ATTRIBUTE_BYTES) {
            int length = Short.toUnsignedInt(rest.getShort(rest.position()));
            int padded = Math.ceilDiv(length, ATTRIBUTE_BYTES) * ATTRIBUTE_BYTES;
            rest.position(Math.min(rest.position() + Math.max(padded, 1), rest.limit()));
            count++;
        }
        return count;
    }
}
