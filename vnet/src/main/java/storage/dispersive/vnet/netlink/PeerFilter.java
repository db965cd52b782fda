package storage.dispersive.vnet.netlink;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import storage.dispersive.linux.Errno;
import storage.dispersive.linux.LinuxException;
import storage.dispersive.linux.NetlinkSocket;

/**
 * Lets a range of UDP ports of one network namespace take packets only from peers that were named:
 * by address, their port and the port here. A table of its own in the kernel's packet filter
 * (nf_tables), for one address family; what others drop stays dropped. The table outlives this
 * object, and {@link #install} replaces it as a whole.
 *
 * <p>Thread contract: one thread at a time. Needs CAP_NET_ADMIN.
 */
public final class PeerFilter implements AutoCloseable {

    private static final String TABLE = "dispersive";
    private static final String CHAIN = "machines";
    private static final String SET = "peers";

    private static final int BATCH_BEGIN = 0x10;
    private static final int BATCH_END = 0x11;
    private static final int SUBSYSTEM = 10;
    private static final int NEW_TABLE = SUBSYSTEM << 8;
    private static final int GET_TABLE = NEW_TABLE | 1;
    private static final int DELETE_TABLE = NEW_TABLE | 2;
    private static final int NEW_CHAIN = NEW_TABLE | 3;
    private static final int NEW_RULE = NEW_TABLE | 6;
    private static final int NEW_SET = NEW_TABLE | 9;
    private static final int NEW_ELEMENT = NEW_TABLE | 12;
    private static final int DELETE_ELEMENT = NEW_TABLE | 14;

    private static final int TABLE_NAME = 1;
    private static final int CHAIN_TABLE = 1;
    private static final int CHAIN_NAME = 3;
    private static final int CHAIN_HOOK = 4;
    private static final int CHAIN_TYPE = 7;
    private static final int HOOK_NUMBER = 1;
    private static final int HOOK_PRIORITY = 2;
    private static final int LOCAL_IN = 1;

    /** Before the usual filters: what is refused here costs them nothing. */
    private static final int PRIORITY = -200;

    private static final int SET_TABLE = 1;
    private static final int SET_NAME = 2;
    private static final int SET_FLAGS = 3;
    private static final int SET_KEY_TYPE = 4;
    private static final int SET_KEY_LENGTH = 5;
    private static final int SET_ID = 10;
    private static final int ELEMENTS_TABLE = 1;
    private static final int ELEMENTS_SET = 2;
    private static final int ELEMENTS = 3;
    private static final int ELEMENT_KEY = 1;
    private static final int LIST_ELEMENT = 1;
    private static final int DATA_VALUE = 1;

    /** Data types as the nft program names them, six bits each in a concatenation. */
    private static final int TYPE_BITS = 6;

    private static final int TYPE_IPV4 = 7;
    private static final int TYPE_IPV6 = 8;
    private static final int TYPE_PORT = 13;
    private static final int REGISTER_BYTES = 4;

    /** So many fit into one datagram. */
    private static final int PEERS_IN_ONE_BATCH = 100;

    private final NetlinkClient client;
    private final Family family;

    /** The address family of the underlay. */
    public enum Family {
        IPV4(2, 4, 12, TYPE_IPV4),
        IPV6(10, 16, 8, TYPE_IPV6);

        private final int number;
        private final int addressBytes;
        private final int sourceOffset;
        private final int type;

        Family(int number, int addressBytes, int sourceOffset, int type) {
            this.number = number;
            this.addressBytes = addressBytes;
            this.sourceOffset = sourceOffset;
            this.type = type;
        }

        public static Family of(InetAddress address) {
            return address instanceof Inet6Address ? IPV6 : IPV4;
        }

        private int keyBytes() {
            return addressBytes + 2 * REGISTER_BYTES;
        }
    }

    /** Who may send to a port here. */
    public record Peer(InetAddress address, int port, int portHere) {}

    private PeerFilter(NetlinkClient client, Family family) {
        this.client = client;
        this.family = family;
    }

    /** The filter of the calling thread's network namespace, whether it is in force or not. */
    public static PeerFilter open(Family family) throws IOException {
        return new PeerFilter(new NetlinkClient(NetlinkSocket.Family.NETFILTER), family);
    }

    /** Whether a filter is in force, of this process or of one before it. */
    public boolean isInstalled() throws IOException {
        int sequence = client.nextSequence();
        NetlinkRequest request =
                new NetlinkRequest()
                        .begin(
                                GET_TABLE,
                                NetlinkRequest.REQUEST | NetlinkRequest.ACKNOWLEDGE,
                                sequence);
        putFamily(request, family.number, 0).attributeText(TABLE_NAME, TABLE);
        try {
            client.call(request, "look for the filter of machines");
            return true;
        } catch (LinuxException e) {
            if (e.errno() == Errno.ENOENT) {
                return false;
            }
            throw e;
        }
    }

    /**
     * Puts a filter in force that lets only these peers send to the ports, at once and in place of
     * one that is there.
     */
    public void install(int firstPort, int lastPort, List<Peer> peers) throws IOException {
        NetlinkRequest batch = beginBatch();
        putTable(batch, firstPort, lastPort);
        int first = Math.min(peers.size(), PEERS_IN_ONE_BATCH);
        peers.subList(0, first).forEach(peer -> putNewElement(batch, peer));
        send(batch, "filter UDP ports " + firstPort + " to " + lastPort);
        for (Peer peer : peers.subList(first, peers.size())) {
            allow(peer);
        }
    }

    private void putTable(NetlinkRequest batch, int firstPort, int lastPort) {
        // Made first, so that there is one to be deleted: all of a batch happens, or nothing.
        message(batch, NEW_TABLE, NetlinkRequest.CREATE).attributeText(TABLE_NAME, TABLE);
        message(batch, DELETE_TABLE, 0).attributeText(TABLE_NAME, TABLE);
        message(batch, NEW_TABLE, NetlinkRequest.CREATE).attributeText(TABLE_NAME, TABLE);
        message(batch, NEW_SET, NetlinkRequest.CREATE)
                .attributeText(SET_TABLE, TABLE)
                .attributeText(SET_NAME, SET)
                .attributeIntOnTheWire(SET_FLAGS, 0)
                .attributeIntOnTheWire(SET_KEY_TYPE, keyType())
                .attributeIntOnTheWire(SET_KEY_LENGTH, family.keyBytes())
                .attributeIntOnTheWire(SET_ID, 1);
        message(batch, NEW_CHAIN, NetlinkRequest.CREATE)
                .attributeText(CHAIN_TABLE, TABLE)
                .attributeText(CHAIN_NAME, CHAIN)
                .nested(
                        CHAIN_HOOK,
                        () ->
                                batch.attributeIntOnTheWire(HOOK_NUMBER, LOCAL_IN)
                                        .attributeIntOnTheWire(HOOK_PRIORITY, PRIORITY))
                .attributeText(CHAIN_TYPE, "filter");
        FilterRule rule = new FilterRule(batch, TABLE, CHAIN);
        message(batch, NEW_RULE, NetlinkRequest.CREATE | NetlinkRequest.APPEND);
        rule.write(() -> {
            rule.matchUdpTo(firstPort, lastPort);
            rule.loadSource(family.sourceOffset, family.addressBytes);
            rule.leaveIfInSet(SET);
            rule.count();
            rule.drop();
        });
    }

    /** The peer may send from now on. */
    public void allow(Peer peer) throws IOException {
        NetlinkRequest batch = beginBatch();
        putNewElement(batch, peer);
        send(batch, "let " + peer.address().getHostAddress() + " send to a machine");
    }

    private void putNewElement(NetlinkRequest batch, Peer peer) {
        message(batch, NEW_ELEMENT, NetlinkRequest.CREATE);
        putElement(batch, peer);
    }

    /** The peer may not send any more; nothing happens if it could not. */
    public void forget(Peer peer) throws IOException {
        NetlinkRequest batch = beginBatch();
        message(batch, DELETE_ELEMENT, 0);
        putElement(batch, peer);
        try {
            send(batch, "forget a machine's peer");
        } catch (LinuxException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
    }

    /** Takes the filter away: the ports are open to all. */
    public void remove() throws IOException {
        NetlinkRequest batch = beginBatch();
        message(batch, DELETE_TABLE, 0).attributeText(TABLE_NAME, TABLE);
        send(batch, "remove the filter of machines");
    }

    private void putElement(NetlinkRequest batch, Peer peer) {
        if (Family.of(peer.address()) != family) {
            throw new IllegalArgumentException(peer + " is not of " + family);
        }
        ByteBuffer key =
                ByteBuffer.allocate(family.keyBytes())
                        .put(peer.address().getAddress())
                        .putShort((short) peer.port())
                        .putShort((short) 0)
                        .putShort((short) peer.portHere());
        batch.attributeText(ELEMENTS_TABLE, TABLE)
                .attributeText(ELEMENTS_SET, SET)
                .nested(
                        ELEMENTS,
                        () ->
                                batch.nested(
                                        LIST_ELEMENT,
                                        () ->
                                                batch.nested(
                                                        ELEMENT_KEY,
                                                        () ->
                                                                batch.attribute(
                                                                        DATA_VALUE, key.array()))));
    }

    private int keyType() {
        return (((family.type << TYPE_BITS) | TYPE_PORT) << TYPE_BITS) | TYPE_PORT;
    }

    private NetlinkRequest beginBatch() {
        NetlinkRequest batch = new NetlinkRequest();
        batch.begin(BATCH_BEGIN, NetlinkRequest.REQUEST, client.nextSequence());
        putFamily(batch, 0, SUBSYSTEM);
        return batch;
    }

    private NetlinkRequest message(NetlinkRequest batch, int type, int flags) {
        batch.begin(
                type,
                NetlinkRequest.REQUEST | NetlinkRequest.ACKNOWLEDGE | flags,
                client.nextSequence());
        return putFamily(batch, family.number, 0);
    }

    /** struct nfgenmsg; the last field is in the network's order. */
    private static NetlinkRequest putFamily(NetlinkRequest batch, int number, int resource) {
        return batch.putByte(number).putByte(0).putByte(0).putByte(resource);
    }

    private void send(NetlinkRequest batch, String what) throws IOException {
        int last = batch.lastSequence();
        batch.begin(BATCH_END, NetlinkRequest.REQUEST, last);
        putFamily(batch, 0, SUBSYSTEM);
        client.call(batch, what);
    }

    @Override
    public void close() {
        client.close();
    }
}
