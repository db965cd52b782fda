package storage.dispersive.vnet.sidecar;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import storage.dispersive.vnet.machine.MachineSpec;

/** A forged segment as it travels in a link: VXLAN (RFC 7348), Ethernet, IPv4, TCP. */
final class TcpFrame {

    private static final int VNI_IS_VALID = 0x08 << 24;
    private static final int ETHERNET_OFFSET = 8;
    private static final int IP_OFFSET = ETHERNET_OFFSET + 14;
    private static final int TCP_OFFSET = IP_OFFSET + 20;
    private static final int TCP_BYTES = 20;
    private static final int DATA_BYTES = 12;
    private static final int SIZE_BYTES = TCP_OFFSET + TCP_BYTES + DATA_BYTES;
    private static final int SOURCE_PORT = 40_000;
    private static final long MAC_PREFIX = 0x02D5_0000_0000L;

    /** What the segment would do. */
    enum Kind {
        SYN(0x02),
        RST(0x04),
        DATA(0x18);

        private final int flags;

        Kind(int flags) {
            this.flags = flags;
        }
    }

    private TcpFrame() {}

    /** As the machine at the node would send it to that of the storage pod. */
    static byte[] toStorage(MachineSpec node, Kind kind) {
        InetAddress from = node.address();
        InetAddress to = node.service().getAddress();
        ByteBuffer frame = ByteBuffer.allocate(SIZE_BYTES);
        frame.putInt(VNI_IS_VALID).putInt(node.vni() << 8);
        long mac = MAC_PREFIX | (long) node.vni() << 1;
        putMac(frame, mac | 1);
        putMac(frame, mac);
        frame.putShort((short) 0x0800);
        int packetBytes = SIZE_BYTES - IP_OFFSET;
        frame.putShort((short) 0x4500).putShort((short) packetBytes).putInt(0);
        frame.put((byte) 64).put((byte) 6).putShort((short) 0);
        frame.put(from.getAddress()).put(to.getAddress());
        frame.putShort(IP_OFFSET + 10, (short) checksum(frame, IP_OFFSET, TCP_OFFSET, 0));
        frame.putShort((short) SOURCE_PORT).putShort((short) MachineSpec.PORT);
        frame.putInt(1).putInt(0);
        frame.put((byte) ((TCP_BYTES / 4) << 4)).put((byte) kind.flags).putShort((short) 1_000);
        frame.putInt(0);
        int pseudo = sum(frame, IP_OFFSET + 12, TCP_OFFSET) + 6 + SIZE_BYTES - TCP_OFFSET;
        frame.putShort(TCP_OFFSET + 16, (short) checksum(frame, TCP_OFFSET, SIZE_BYTES, pseudo));
        return frame.array();
    }

    private static void putMac(ByteBuffer frame, long mac) {
        frame.putShort((short) (mac >> 32)).putInt((int) mac);
    }

    private static int sum(ByteBuffer bytes, int from, int to) {
        int sum = 0;
        for (int at = from; at < to; at += Short.BYTES) {
            sum += Short.toUnsignedInt(bytes.getShort(at));
        }
        return sum;
    }

    /** RFC 1071. */
    private static int checksum(ByteBuffer bytes, int from, int to, int start) {
        int sum = start + sum(bytes, from, to);
        while (sum > 0xFFFF) {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }
        return ~sum & 0xFFFF;
    }
}
