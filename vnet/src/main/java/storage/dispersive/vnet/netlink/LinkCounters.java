package storage.dispersive.vnet.netlink;

/** What went through a link since it was made. */
public record LinkCounters(
        long receivedPackets, long sentPackets, long receivedBytes, long sentBytes) {}
