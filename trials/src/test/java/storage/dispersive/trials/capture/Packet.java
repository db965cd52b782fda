package storage.dispersive.trials.capture;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** What one frame carries. */
sealed interface Packet {

    /**
     * A segment of a TCP connection.
     *
     * @param network in which it is: the VNI of a virtual one, or {@link Packet#LAN}
     */
    @SuppressWarnings("ArrayRecordComponent") // never changed, never compared
    record Segment(
            int network,
            InetSocketAddress from,
            InetSocketAddress to,
            int sequenceNumber,
            boolean syn,
            boolean ack,
            byte[] payload)
            implements Packet {}

    /** What networks say about themselves: who has which address, who is not to be reached. */
    record Housekeeping(int network, String what) implements Packet {}

    /** The hosts' own network. */
    int LAN = -1;

    int ETHERNET_HEADER_BYTES = 14;
    int IPV6_HEADER_BYTES = 40;
    int UDP_HEADER_BYTES = 8;

    /** RFC 7348: a VNI is there, and all else is zero. */
    int VXLAN_FLAGS = 0x0800_0000;

    /**
     * Takes a frame apart, and what it has inside.
     *
     * @throws IllegalArgumentException if that is nothing that hosts of a SAN should send
     */
    static Packet of(byte[] frame) {
        return frame(LAN, ByteBuffer.wrap(frame));
    }

    private static Packet frame(int network, ByteBuffer in) {
        int type = Short.toUnsignedInt(in.getShort(12));
        in.position(in.position() + ETHERNET_HEADER_BYTES);
        ByteBuffer packet = in.slice();
        return switch (type) {
            case 0x0800 -> ipv4(network, packet);
            case 0x86DD -> ipv6(network, packet);
            case 0x0806 -> new Housekeeping(network, "ARP");
            default -> throw unknown("Ethernet type " + type);
        };
    }

    private static Packet ipv4(int network, ByteBuffer in) {
        int headerBytes = (in.get(0) & 0xF) * 4;
        int bytes = Short.toUnsignedInt(in.getShort(2));
        if ((in.getShort(6) & 0x3FFF) != 0) {
            throw unknown("a fragment");
        }
        ByteBuffer body = in.slice(headerBytes, bytes - headerBytes);
        return inIp(network, in.get(9), address(in, 12, 4), address(in, 16, 4), body);
    }

    private static Packet ipv6(int network, ByteBuffer in) {
        int bytes = Short.toUnsignedInt(in.getShort(4));
        ByteBuffer body = in.slice(IPV6_HEADER_BYTES, bytes);
        return inIp(network, in.get(6), address(in, 8, 16), address(in, 24, 16), body);
    }

    private static Packet inIp(
            int network, byte protocol, InetAddress from, InetAddress to, ByteBuffer body) {
        return switch (protocol) {
            case 6 -> segment(network, from, to, body);
            case 17 -> udp(network, body);
            case 0, 1, 58 -> new Housekeeping(network, "ICMP");
            default -> throw unknown("IP protocol " + protocol);
        };
    }

    private static Packet udp(int network, ByteBuffer in) {
        ByteBuffer inside = in.slice(UDP_HEADER_BYTES, in.remaining() - UDP_HEADER_BYTES);
        if (network != LAN || inside.getInt(0) != VXLAN_FLAGS) {
            throw unknown("a datagram to port " + port(in, 2));
        }
        return frame(inside.getInt(4) >>> 8, inside.slice(8, inside.remaining() - 8));
    }

    private static Packet segment(int network, InetAddress from, InetAddress to, ByteBuffer in) {
        int headerBytes = (in.get(12) >> 4 & 0xF) * 4;
        int flags = in.get(13);
        byte[] payload = new byte[in.remaining() - headerBytes];
        in.get(headerBytes, payload);
        return new Segment(
                network,
                new InetSocketAddress(from, port(in, 0)),
                new InetSocketAddress(to, port(in, 2)),
                in.getInt(4),
                (flags & 0x02) != 0,
                (flags & 0x10) != 0,
                payload);
    }

    private static int port(ByteBuffer in, int at) {
        return Short.toUnsignedInt(in.getShort(at));
    }

    private static InetAddress address(ByteBuffer in, int at, int bytes) {
        byte[] address = new byte[bytes];
        in.get(at, address);
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(Arrays.toString(address), e);
        }
    }

    private static IllegalArgumentException unknown(String what) {
        return new IllegalArgumentException("no host of a SAN should send this: " + what);
    }
}
