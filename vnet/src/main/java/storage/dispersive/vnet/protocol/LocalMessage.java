package storage.dispersive.vnet.protocol;

import java.net.InetSocketAddress;
import java.util.List;
import storage.dispersive.vnet.netlink.LinkCounters;
import storage.dispersive.wire.Lease;
import storage.dispersive.wire.LeaseId;
import storage.dispersive.wire.PodName;

/**
 * What a main process and the sidecar beside it say to each other over their Unix socket, one
 * message per packet. Answers carry the number of their request; whoever asks counts.
 */
public sealed interface LocalMessage {

    int MAX_BYTES = Text.MAX_BYTES;

    /** Ties an answer to its request; 0 where nothing is asked. */
    long number();

    /** The sidecar's first words: who it is, and the paths that it can use. */
    record Welcome(long number, String name, List<String> paths) implements LocalMessage {
        public Welcome {
            paths = List.copyOf(paths);
        }
    }

    /** This process takes connections as a storage pod. Answered by {@link Done}. */
    record Serve(long number, PodName pod) implements LocalMessage {}

    /**
     * Spawn a machine whose connection leads to a pod. Answered by {@link Opened}.
     *
     * @param control where the pod's sidecar listens
     * @param path the underlay network to use
     * @param mtuBytes inside, at most: less than the way has where that drops long packets silently
     */
    record Open(
            long number,
            Lease lease,
            PodName pod,
            InetSocketAddress control,
            String path,
            int mtuBytes)
            implements LocalMessage {
        public Open {
            Machine.requirePath(path);
        }
    }

    /** The machine stands; the message carries its connected socket. */
    record Opened(long number, Machine machine) implements LocalMessage {}

    /**
     * A machine stands, and waits for the connection that its lease allows; the message carries its
     * listening socket. A pod answers with {@link Done} when it accepts there.
     */
    record Offer(long number, Machine machine) implements LocalMessage {}

    /**
     * This process holds a socket of this machine, which the message carries: the sidecar before
     * this one made it. Answered by {@link Done}.
     */
    record Keep(long number, Machine machine) implements LocalMessage {}

    /** The connection has ended, and the machine with it. Answered by {@link Done}. */
    record Close(long number, LeaseId lease) implements LocalMessage {}

    /** The sidecar has ended a machine: its lease is over. */
    record Ended(long number, LeaseId lease, String why) implements LocalMessage {}

    /**
     * Bounds what the two machines of a link send. Answered by {@link Done}.
     *
     * @param bytesPerSecond in each direction; 0 for no bound
     * @param control where the pod's sidecar listens
     */
    record Limit(
            long number, LeaseId lease, long bytesPerSecond, PodName pod, InetSocketAddress control)
            implements LocalMessage {}

    /** Asks for all machines of the sidecar: a {@link Sight} for each, then {@link Done}. */
    record Survey(long number) implements LocalMessage {}

    /** One machine, how old it is, and what went through its link. */
    record Sight(long number, Machine machine, long ageMillis, LinkCounters counters)
            implements LocalMessage {}

    record Done(long number) implements LocalMessage {}

    /** The request was not carried out, and why. */
    record Failed(long number, Cause cause, String why) implements LocalMessage {}

    /** What can be done about a failure. The names are part of the protocol. */
    enum Cause {
        /** Packets do not arrive: another path may do. */
        NO_WAY,
        /** Somebody said no. */
        REFUSED
    }

    /** The message as bytes, at most {@value #MAX_BYTES}. */
    default byte[] encode() {
        Fields out = Fields.none();
        String verb =
                switch (this) {
                    case Welcome welcome -> {
                        out.put("name", welcome.name())
                                .put("paths", String.join(",", welcome.paths()));
                        yield "WELCOME";
                    }
                    case Serve serve -> {
                        out.put("pod", serve.pod());
                        yield "SERVE";
                    }
                    case Open open -> {
                        Machine.putLease(out, open.lease());
                        out.put("pod", open.pod())
                                .put("control", open.control())
                                .put("path", open.path())
                                .put("mtu", open.mtuBytes());
                        yield "OPEN";
                    }
                    case Opened opened -> {
                        opened.machine().put(out);
                        yield "OPENED";
                    }
                    case Offer offer -> {
                        offer.machine().put(out);
                        yield "OFFER";
                    }
                    case Keep keep -> {
                        keep.machine().put(out);
                        yield "KEEP";
                    }
                    case Close close -> {
                        out.put("lease", close.lease());
                        yield "CLOSE";
                    }
                    case Ended ended -> {
                        out.put("lease", ended.lease()).put("why", ended.why());
                        yield "ENDED";
                    }
                    case Limit limit -> {
                        out.put("lease", limit.lease())
                                .put("bytes-per-second", limit.bytesPerSecond())
                                .put("pod", limit.pod())
                                .put("control", limit.control());
                        yield "LIMIT";
                    }
                    case Survey _ -> "SURVEY";
                    case Sight sight -> {
                        SightFields.put(out, sight);
                        yield "SIGHT";
                    }
                    case Done _ -> "DONE";
                    case Failed failed -> {
                        out.put("cause", failed.cause()).put("why", failed.why());
                        yield "FAILED";
                    }
                };
        return new Text(verb, number(), out).encode();
    }

    /**
     * Reads a message.
     *
     * @throws ProtocolException if it is none
     */
    static LocalMessage decode(byte[] bytes) throws ProtocolException {
        Text text = Text.decode(bytes);
        long number = text.number();
        Fields in = text.fields();
        return switch (text.verb()) {
            case "WELCOME" ->
                    new Welcome(number, in.text("name"), List.of(in.text("paths").split(",")));
            case "SERVE" -> new Serve(number, in.parsed("pod", PodName::new));
            case "OPEN" -> open(number, in);
            case "OPENED" -> new Opened(number, Machine.read(in));
            case "OFFER" -> new Offer(number, Machine.read(in));
            case "KEEP" -> new Keep(number, Machine.read(in));
            case "CLOSE" -> new Close(number, in.parsed("lease", LeaseId::parse));
            case "ENDED" -> new Ended(number, in.parsed("lease", LeaseId::parse), in.text("why"));
            case "LIMIT" ->
                    new Limit(
                            number,
                            in.parsed("lease", LeaseId::parse),
                            in.count("bytes-per-second"),
                            in.parsed("pod", PodName::new),
                            in.address("control"));
            case "SURVEY" -> new Survey(number);
            case "SIGHT" -> SightFields.read(number, in);
            case "DONE" -> new Done(number);
            case "FAILED" ->
                    new Failed(
                            number,
                            in.parsed("cause", Cause::valueOf),
                            in.optional("why").orElse(""));
            default -> throw new ProtocolException("an unknown verb");
        };
    }

    private static Open open(long number, Fields in) throws ProtocolException {
        Lease lease = Machine.readLease(in);
        PodName pod = in.parsed("pod", PodName::new);
        InetSocketAddress control = in.address("control");
        int mtuBytes = in.integer("mtu");
        try {
            return new Open(number, lease, pod, control, in.text("path"), mtuBytes);
        } catch (IllegalArgumentException e) {
            throw new ProtocolException("nobody can be asked for this: " + e.getMessage());
        }
    }
}
