package storage.dispersive.trials.capture;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** Puts connections together again from the frames that carried them. */
public final class CapturedConnections {

    /** Who speaks to whom, and in which network; a caller does not use a port twice at a time. */
    private record Direction(int network, InetSocketAddress from, InetSocketAddress to) {

        Direction back() {
            return new Direction(network, to, from);
        }
    }

    /** A connection, of which perhaps only the caller has spoken. */
    private static final class Pair {
        private final Direction fromClient;
        private final ByteStream said;
        private final SortedSet<String> ports = new TreeSet<>();
        private ByteStream answered = new ByteStream(0);

        Pair(Direction fromClient, ByteStream said) {
            this.fromClient = fromClient;
            this.said = said;
        }

        CapturedConnection whole() {
            return new CapturedConnection(
                    fromClient.network(),
                    fromClient.from(),
                    fromClient.to(),
                    ports,
                    new Conversation(said.whole(), answered.whole()));
        }
    }

    private final List<Pair> pairs = new ArrayList<>();
    private final Map<Direction, Pair> open = new HashMap<>();

    private CapturedConnections() {}

    /**
     * All connections that began in a capture.
     *
     * @throws IllegalArgumentException if a frame is nothing that hosts of a SAN should send
     * @throws IllegalStateException if something of a connection is missing
     */
    public static List<CapturedConnection> in(List<CapturedFrame> frames) {
        CapturedConnections all = new CapturedConnections();
        for (CapturedFrame frame : frames) {
            switch (Packet.of(frame.bytes())) {
                case Packet.Segment segment -> all.add(segment, frame.port());
                case Packet.Housekeeping _ -> {
                    // Carries nothing of anybody's.
                }
            }
        }
        return all.pairs.stream().map(Pair::whole).toList();
    }

    private void add(Packet.Segment segment, String port) {
        Direction direction = new Direction(segment.network(), segment.from(), segment.to());
        if (segment.syn() && !segment.ack()) {
            begin(direction, segment);
        }
        Pair asked = open.get(direction);
        Pair answered = open.get(direction.back());
        if (asked != null) {
            asked.ports.add(port);
            asked.said.add(payloadAt(segment), segment.payload());
        } else if (answered != null) {
            if (segment.syn()) {
                answered.answered = new ByteStream(payloadAt(segment));
            }
            answered.ports.add(port);
            answered.answered.add(payloadAt(segment), segment.payload());
        } else if (segment.payload().length > 0) {
            throw new IllegalStateException("a connection began before the capture: " + direction);
        }
    }

    private void begin(Direction direction, Packet.Segment syn) {
        Pair before = open.get(direction);
        if (before == null || !before.said.beginsAt(payloadAt(syn))) {
            Pair begun = new Pair(direction, new ByteStream(payloadAt(syn)));
            open.put(direction, begun);
            pairs.add(begun);
        }
    }

    /** SYN has a number of its own. */
    private static int payloadAt(Packet.Segment segment) {
        return segment.sequenceNumber() + (segment.syn() ? 1 : 0);
    }
}
