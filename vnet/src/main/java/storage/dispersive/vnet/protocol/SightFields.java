package storage.dispersive.vnet.protocol;

import storage.dispersive.vnet.netlink.LinkCounters;

/** The fields of a {@link LocalMessage.Sight}. */
final class SightFields {

    private SightFields() {}

    static void put(Fields out, LocalMessage.Sight sight) {
        sight.machine().put(out);
        LinkCounters counters = sight.counters();
        out.put("age-millis", sight.ageMillis())
                .put("received-bytes", counters.receivedBytes())
                .put("received-packets", counters.receivedPackets())
                .put("sent-bytes", counters.sentBytes())
                .put("sent-packets", counters.sentPackets());
    }

    static LocalMessage.Sight read(long number, Fields in) throws ProtocolException {
        return new LocalMessage.Sight(
                number,
                Machine.read(in),
                in.count("age-millis"),
                new LinkCounters(
                        in.count("received-packets"),
                        in.count("sent-packets"),
                        in.count("received-bytes"),
                        in.count("sent-bytes")));
    }
}
