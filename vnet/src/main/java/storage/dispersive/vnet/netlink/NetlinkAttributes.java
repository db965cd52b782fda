package storage.dispersive.vnet.netlink;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The attributes of a message from the kernel, by type; of equal ones the last. */
final class NetlinkAttributes {

    private static final int HEADER_BYTES = 4;
    private static final int ALIGNMENT = 4;
    private static final int TYPE_MASK = 0x3FFF;

    private final Map<Integer, ByteBuffer> values = new HashMap<>();

    /** Reads all of what remains; what is cut off at the end is left out. */
    static NetlinkAttributes read(ByteBuffer message) {
        NetlinkAttributes attributes = new NetlinkAttributes();
        ByteBuffer rest = message.slice().order(ByteOrder.nativeOrder());
        while (rest.remaining() >= HEADER_BYTES) {
            int start = rest.position();
            int length = Short.toUnsignedInt(rest.getShort());
            int type = rest.getShort() & TYPE_MASK;
            if (length < HEADER_BYTES || start + length > rest.limit()) {
                break;
            }
            attributes.values.put(
                    type,
                    rest.slice(start + HEADER_BYTES, length - HEADER_BYTES)
                            .order(ByteOrder.nativeOrder()));
            int next = start + Math.ceilDiv(length, ALIGNMENT) * ALIGNMENT;
            rest.position(Math.min(next, rest.limit()));
        }
        return attributes;
    }

    Optional<ByteBuffer> bytes(int type) {
        return Optional.ofNullable(values.get(type)).map(v -> v.duplicate().order(v.order()));
    }

    Optional<NetlinkAttributes> nested(int type) {
        return bytes(type).map(NetlinkAttributes::read);
    }

    Optional<Integer> number(int type) {
        return bytes(type).filter(v -> v.remaining() >= Integer.BYTES).map(ByteBuffer::getInt);
    }

    /** An address of either family. */
    Optional<InetAddress> address(int type) {
        return bytes(type)
                .map(bytes -> {
                    byte[] value = new byte[bytes.remaining()];
                    bytes.get(value);
                    try {
                        return InetAddress.getByAddress(value);
                    } catch (UnknownHostException e) {
                        throw new IllegalStateException("an address of " + value.length, e);
                    }
                });
    }

    Optional<String> text(int type) {
        return bytes(type)
                .map(value -> {
                    String all = StandardCharsets.US_ASCII.decode(value).toString();
                    int end = all.indexOf('\0');
                    return end < 0 ? all : all.substring(0, end);
                });
    }
}
