package storage.dispersive.vnet.protocol;

import java.net.InetSocketAddress;
import storage.dispersive.wire.Lease;
import storage.dispersive.wire.LeaseId;
import storage.dispersive.wire.PodName;

/**
 * What two sidecars say to each other over their control connection. The node's sidecar asks, the
 * storage pod's answers with the number of the request.
 */
public sealed interface ControlMessage {

    int MAX_BYTES = Text.MAX_BYTES;

    long number();

    /**
     * Spawn the storage end of a link.
     *
     * @param path the underlay network, by name
     * @param underlay where the node's end takes packets
     * @param vni free at the node
     * @param mtuBytes inside, as the node sees the way
     */
    record Spawn(
            long number,
            Lease lease,
            PodName pod,
            String path,
            InetSocketAddress underlay,
            int vni,
            int mtuBytes)
            implements ControlMessage {
        public Spawn {
            Machine.requirePath(path);
        }
    }

    /**
     * The storage end stands and listens.
     *
     * @param underlay where it takes packets
     * @param mtuBytes the smaller of both
     */
    record Spawned(long number, InetSocketAddress underlay, int mtuBytes)
            implements ControlMessage {}

    /** The link is of no use any more. Answered by {@link Done}, also if there is none. */
    record Release(long number, LeaseId lease) implements ControlMessage {}

    /**
     * Bounds what the storage end sends. Answered by {@link Done}.
     *
     * @param bytesPerSecond 0 for no bound
     */
    record Limit(long number, LeaseId lease, long bytesPerSecond) implements ControlMessage {}

    record Done(long number) implements ControlMessage {}

    /** The request was not carried out. */
    record Refused(long number, Reason reason, String why) implements ControlMessage {}

    /** Why. The names are part of the protocol. */
    enum Reason {
        /** A machine there has this VNI: another one may be tried. */
        VNI_TAKEN,
        /** This lease was used before. */
        LEASE_USED,
        /** No storage pod of that name is served there now. */
        NO_SUCH_POD,
        /** That end has no underlay network of this name, or not in this address family. */
        NO_SUCH_PATH,
        /** All ports are taken, or all that one peer may have. */
        NO_ROOM,
        /** The kernel refused, or the storage pod did. */
        FAILED
    }

    /** The same message under another number. */
    default ControlMessage numbered(long other) {
        return switch (this) {
            case Spawn(var _, var lease, var pod, var path, var underlay, var vni, var mtuBytes) ->
                    new Spawn(other, lease, pod, path, underlay, vni, mtuBytes);
            case Spawned(var _, var underlay, var mtuBytes) ->
                    new Spawned(other, underlay, mtuBytes);
            case Release(var _, var lease) -> new Release(other, lease);
            case Limit(var _, var lease, var bytesPerSecond) ->
                    new Limit(other, lease, bytesPerSecond);
            case Done _ -> new Done(other);
            case Refused(var _, var reason, var why) -> new Refused(other, reason, why);
        };
    }

    /** The message as bytes, at most {@value #MAX_BYTES}. */
    default byte[] encode() {
        Fields out = Fields.none();
        String verb =
                switch (this) {
                    case Spawn spawn -> {
                        Machine.putLease(out, spawn.lease());
                        out.put("pod", spawn.pod())
                                .put("path", spawn.path())
                                .put("underlay", spawn.underlay())
                                .put("vni", spawn.vni())
                                .put("mtu", spawn.mtuBytes());
                        yield "SPAWN";
                    }
                    case Spawned spawned -> {
                        out.put("underlay", spawned.underlay()).put("mtu", spawned.mtuBytes());
                        yield "SPAWNED";
                    }
                    case Release release -> {
                        out.put("lease", release.lease());
                        yield "RELEASE";
                    }
                    case Limit limit -> {
                        out.put("lease", limit.lease())
                                .put("bytes-per-second", limit.bytesPerSecond());
                        yield "LIMIT";
                    }
                    case Done _ -> "DONE";
                    case Refused refused -> {
                        out.put("reason", refused.reason()).put("why", refused.why());
                        yield "REFUSED";
                    }
                };
        return new Text(verb, number(), out).encode();
    }

    /**
     * Reads a message.
     *
     * @throws ProtocolException if it is none
     */
    static ControlMessage decode(byte[] bytes) throws ProtocolException {
        Text text = Text.decode(bytes);
        long number = text.number();
        Fields in = text.fields();
        return switch (text.verb()) {
            case "SPAWN" -> spawn(number, in);
            case "SPAWNED" -> new Spawned(number, in.address("underlay"), in.integer("mtu"));
            case "RELEASE" -> new Release(number, in.parsed("lease", LeaseId::parse));
            case "LIMIT" ->
                    new Limit(
                            number,
                            in.parsed("lease", LeaseId::parse),
                            in.count("bytes-per-second"));
            case "DONE" -> new Done(number);
            case "REFUSED" ->
                    new Refused(
                            number,
                            in.parsed("reason", Reason::valueOf),
                            in.optional("why").orElse(""));
            default -> throw new ProtocolException("an unknown verb");
        };
    }

    private static Spawn spawn(long number, Fields in) throws ProtocolException {
        Lease lease = Machine.readLease(in);
        PodName pod = in.parsed("pod", PodName::new);
        String path = in.text("path");
        InetSocketAddress underlay = in.address("underlay");
        int vni = in.integer("vni");
        int mtuBytes = in.integer("mtu");
        try {
            return new Spawn(number, lease, pod, path, underlay, vni, mtuBytes);
        } catch (IllegalArgumentException e) {
            throw new ProtocolException("nothing can be spawned like this: " + e.getMessage());
        }
    }
}
