package storage.dispersive.vnet.sidecar;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import storage.dispersive.identity.CertificateTimes;
import storage.dispersive.wire.LeaseId;

/**
 * Leases whose machines have ended, so that nobody uses one again who has stolen it. One is
 * remembered for as long as a certificate that was made for it is good ({@link
 * CertificateTimes#LONGEST_USE_OF_LEASE}): after that nobody can speak under it, so its machine
 * would be of no use. That of a machine which stands needs no memory.
 *
 * <p>There is room for {@value #MOST}: beyond that whoever had most of them loses the eldest, so
 * nobody can have the leases of others forgotten. For one thread at a time.
 */
final class EndedLeases {

    /** Some 4 MB. A pod with 2,000 sessions, each rolled every hour, has 750 of them. */
    static final int MOST = 32_768;

    private static final long REMEMBERED_NANOS = CertificateTimes.LONGEST_USE_OF_LEASE.toNanos();

    private final Map<LeaseId, Ended> leases = new LinkedHashMap<>();
    private final FairShare<String> shares = new FairShare<>();

    private record Ended(String host, long atNanos) {}

    /** The machine of a lease has ended that was spawned for a sidecar of this host. */
    void add(LeaseId lease, String host, long nowNanos) {
        forgetOld(nowNanos);
        if (leases.putIfAbsent(lease, new Ended(host, nowNanos)) == null) {
            shares.add(host);
        }
        if (leases.size() > MOST) {
            forgetEldestOf(shares.greatest().orElseThrow());
        }
    }

    boolean contains(LeaseId lease, long nowNanos) {
        forgetOld(nowNanos);
        return leases.containsKey(lease);
    }

    private void forgetOld(long nowNanos) {
        Iterator<Ended> eldest = leases.values().iterator();
        while (eldest.hasNext()) {
            Ended ended = eldest.next();
            if (nowNanos - ended.atNanos() <= REMEMBERED_NANOS) {
                return;
            }
            eldest.remove();
            shares.remove(ended.host());
        }
    }

    private void forgetEldestOf(String host) {
        Iterator<Ended> eldest = leases.values().iterator();
        while (eldest.hasNext()) {
            if (eldest.next().host().equals(host)) {
                eldest.remove();
                shares.remove(host);
                return;
            }
        }
    }
}
