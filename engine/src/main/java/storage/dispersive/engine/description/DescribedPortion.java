package storage.dispersive.engine.description;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import storage.dispersive.engine.Isolation;
import storage.dispersive.portion.Code;
import storage.dispersive.portion.Incarnation;
import storage.dispersive.transport.SlotEndpoint;
import storage.dispersive.vnet.client.MachineDialer;
import storage.dispersive.volume.Member;
import storage.dispersive.wire.PodName;

/**
 * The pod of one portion, and where it is.
 *
 * @param host a name, which is looked up for each connection, or an address
 * @param port that the volume's connections need: of the pod if they are shared, of its sidecar if
 *     they are isolated
 */
record DescribedPortion(Member member, String host, int port) {

    private static final String POD =
            "the pod as its certificate names it: POD.NAMESPACE, of a-z, 0-9, '-' and '.'";
    private static final String HOST = "a host name or an IP address, without a port";
    private static final String PORT = "a port, 1 to 65535";
    private static final String INCARNATION =
            "the life of the pod's disk that is admitted, 16 hexadecimal digits and not all 0";
    private static final String ADMITTED =
            "the first stripe that this life of the disk may answer for, 1 or more";

    static DescribedPortion read(Fields fields, Isolation isolation) {
        fields.checkNames(
                List.of(
                        "index",
                        "pod",
                        "host",
                        "administrationPort",
                        "controlPort",
                        "incarnation",
                        "admittedFromSeq"));
        long index =
                fields.number("index", 0, Code.MAX_PORTIONS - 1, "which portion it is, 0 to 31");
        Member member =
                new Member(
                        (int) index,
                        pod(fields),
                        incarnation(fields),
                        fields.number("admittedFromSeq", 1, Long.MAX_VALUE, ADMITTED));
        return new DescribedPortion(member, host(fields), port(fields, isolation));
    }

    private static String pod(Fields fields) {
        String pod = fields.text("pod", POD);
        if (!PodName.isNamedLikeAHost(pod)) {
            throw fields.wrong("pod", "is '" + pod + "'", POD);
        }
        return pod;
    }

    private static String host(Fields fields) {
        String host = fields.text("host", HOST);
        if (!isAddress(host) && !PodName.isNamedLikeAHost(host)) {
            throw fields.wrong("host", "is '" + host + "'", HOST);
        }
        return host;
    }

    private static boolean isAddress(String host) {
        return NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host);
    }

    /** Both may stand there; the one that is not needed may also be absent. */
    private static int port(Fields fields, Isolation isolation) {
        String needed =
                switch (isolation) {
                    case SHARED -> "administrationPort";
                    case ISOLATED -> "controlPort";
                };
        for (String field : List.of("administrationPort", "controlPort")) {
            if (fields.has(field)) {
                fields.number(field, 1, 65_535, PORT);
            }
        }
        return (int)
                fields.number(
                        needed,
                        1,
                        65_535,
                        PORT + ", as " + needed + " is where connections of this isolation go");
    }

    private static Incarnation incarnation(Fields fields) {
        String digits = fields.text("incarnation", INCARNATION);
        if (!digits.matches("[0-9a-f]{16}") || digits.matches("0+")) {
            throw fields.wrong("incarnation", "is '" + digits + "'", INCARNATION);
        }
        return new Incarnation(Long.parseUnsignedLong(digits, 16));
    }

    /** For people. */
    String address() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }

    SlotEndpoint endpoint() {
        return new SlotEndpoint(host, port, new PodName(member.podName()));
    }

    MachineDialer.PodPlace sidecar() {
        InetSocketAddress control =
                isAddress(host)
                        ? new InetSocketAddress(InetAddress.ofLiteral(host), port)
                        : InetSocketAddress.createUnresolved(host, port);
        // Taken for every network, as the client's sidecar has names of its own for them.
        SequencedMap<String, InetSocketAddress> everywhere = new LinkedHashMap<>();
        everywhere.put("default", control);
        return new MachineDialer.PodPlace(new PodName(member.podName()), everywhere);
    }
}
