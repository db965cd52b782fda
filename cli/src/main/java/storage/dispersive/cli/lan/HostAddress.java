package storage.dispersive.cli.lan;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import storage.dispersive.cli.state.AddressFamily;

/**
 * An address of one host on one path. IPv4 comes from the range that is set aside for tests of
 * networks (RFC 2544, 198.18.0.0/15), IPv6 from the unique local ones (RFC 4193); neither is ever
 * routed, and every local SAN has the same ones, in namespaces of its own.
 *
 * @param path counted from 0
 * @param number of the host within all paths
 */
record HostAddress(int path, int number) {

    /** 198.18.PATH.NUMBER/24. */
    static final int PREFIX_BITS_4 = 24;

    /** fd73:616e:PATH::NUMBER/64. */
    static final int PREFIX_BITS_6 = 64;

    private static final int NETWORK_4 = 198 << 24 | 18 << 16;
    private static final int NETWORK_6 = 0xFD73_616E;

    private static final String POD = "pod-";
    private static final int CLIENT_NUMBER = 1;
    private static final int FIRST_POD_NUMBER = 10;
    private static final int MAX_NUMBER = 254;

    HostAddress {
        if (path < 0 || path > 0xFF || number < 1 || number > MAX_NUMBER) {
            throw new IllegalArgumentException("no host " + number + " on path " + path);
        }
    }

    /** That of a host by its name. */
    static HostAddress of(String host, int path) {
        return host.equals(Lan.CLIENT)
                ? new HostAddress(path, CLIENT_NUMBER)
                : new HostAddress(path, FIRST_POD_NUMBER + podIndex(host));
    }

    private static int podIndex(String host) {
        if (!host.startsWith(POD)) {
            throw new IllegalArgumentException("no host of a SAN: " + host);
        }
        return Integer.parseInt(host.substring(POD.length()));
    }

    InetAddress in(AddressFamily family) {
        byte[] bytes =
                switch (family) {
                    case IPV4 ->
                            ByteBuffer.allocate(4).putInt(NETWORK_4 | path << 8 | number).array();
                    case IPV6 ->
                            ByteBuffer.allocate(16)
                                    .putInt(NETWORK_6)
                                    .putShort((short) path)
                                    .putShort(14, (short) number)
                                    .array();
                };
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(bytes.length + " bytes are an address", e);
        }
    }

    static int prefixBits(AddressFamily family) {
        return switch (family) {
            case IPV4 -> PREFIX_BITS_4;
            case IPV6 -> PREFIX_BITS_6;
        };
    }
}
