package storage.dispersive.vnet.sidecar;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.vnet.machine.MachineSpec;
import storage.dispersive.vnet.machine.NetworkMachine;
import storage.dispersive.vnet.machine.PortRange;
import storage.dispersive.vnet.machine.Underlay;
import storage.dispersive.vnet.netlink.NetworkLinks;
import storage.dispersive.vnet.netlink.PeerFilter;
import storage.dispersive.vnet.netlink.PeerFilter.Family;
import storage.dispersive.vnet.netlink.PeerFilter.Peer;
import storage.dispersive.vnet.protocol.ControlMessage.Reason;
import storage.dispersive.vnet.protocol.Machine;
import storage.dispersive.wire.LeaseId;

/**
 * All machines of one host: their numbers, the packet filter before them, and the end of those
 * whose lease is over.
 *
 * <p>A lease lasts while something is heard through the link at least every {@value #LEASE_SECONDS}
 * s: the two ends of its connection see to that, every few seconds, and what they say is
 * authenticated by them. So a lease needs no renewal by sidecars, and lives on while these are
 * away.
 *
 * <p>After a start, machines of an earlier life may be here, held by sockets of main processes that
 * will say so. Until {@link #settle} the filter of that life stays in force, and UDP ports that
 * somebody has are given to nobody.
 *
 * <p>Thread contract: one thread, in the host's network namespace.
 */
final class MachineRoom implements AutoCloseable {

    static final long LEASE_SECONDS = 60;

    private static final Logger LOG = LoggerFactory.getLogger(MachineRoom.class);

    private final PortRange range;
    private final Reservations numbers;
    private final EndedLeases ended = new EndedLeases();
    private final LongSupplier nanoTime;
    private final NetworkLinks host;
    private final Map<Family, PeerFilter> filters = new LinkedHashMap<>();
    private final Map<LeaseId, Tenant> tenants = new HashMap<>();

    private MachineRoom(
            PortRange range, RandomGenerator random, LongSupplier nanoTime, NetworkLinks host) {
        this.range = range;
        this.numbers = new Reservations(range, random);
        this.nanoTime = nanoTime;
        this.host = host;
    }

    /** Opens the room of the host in whose namespace the calling thread is. */
    static MachineRoom open(
            PortRange range, Paths paths, RandomGenerator random, LongSupplier nanoTime)
            throws IOException {
        MachineRoom room = new MachineRoom(range, random, nanoTime, NetworkLinks.open());
        try {
            room.numbers.lookAround();
            if (paths.has(Inet4Address.class)) {
                room.filters.put(Family.IPV4, room.filter(Family.IPV4));
            }
            if (paths.has(Inet6Address.class)) {
                room.filters.put(Family.IPV6, room.filter(Family.IPV6));
            }
            return room;
        } catch (IOException | RuntimeException e) {
            room.close();
            throw e;
        }
    }

    private PeerFilter filter(Family family) throws IOException {
        PeerFilter filter = PeerFilter.open(family);
        if (!filter.isInstalled()) {
            filter.install(range.first(), range.last(), List.of());
        }
        return filter;
    }

    /** The numbers that machines here have. */
    Reservations numbers() {
        return numbers;
    }

    /** What packets inside of a machine may have whose peer is at this address. */
    int mtuInside(InetAddress peer) throws IOException {
        return Underlay.mtuInside(host, peer);
    }

    /** Makes a machine; its numbers were reserved, and remain the caller's if this fails. */
    Tenant spawn(Machine machine, Reservations.Numbers reserved, Tenant.Owner owner)
            throws IOException, RefusedException {
        requireUnused(machine.lease().id());
        allow(machine);
        try {
            return add(machine, reserved, NetworkMachine.spawn(host, machine.spec()), owner);
        } catch (IOException | RuntimeException e) {
            forget(machine);
            throw e;
        }
    }

    /** Finds a machine of an earlier life again, by a socket that its owner has kept. */
    Tenant adopt(Machine machine, Descriptor socket, Tenant.Owner owner)
            throws IOException, RefusedException {
        requireUnused(machine.lease().id());
        Object holder =
                switch (machine.spec().end()) {
                    case NODE -> owner;
                    case STORAGE -> machine.otherHost();
                };
        Reservations.Numbers claimed =
                numbers.claim(holder, machine.spec().underlay().getPort(), machine.spec().vni());
        try {
            NetworkMachine found = NetworkMachine.ofSocket(socket, machine.spec());
            try {
                allow(machine);
            } catch (IOException | RuntimeException e) {
                found.close();
                throw e;
            }
            return add(machine, claimed, found, owner);
        } catch (IOException | RuntimeException e) {
            numbers.giveBack(claimed);
            throw e;
        }
    }

    private Tenant add(
            Machine machine,
            Reservations.Numbers numbersOfIt,
            NetworkMachine kernel,
            Tenant.Owner owner) {
        Tenant tenant = new Tenant(machine, numbersOfIt, kernel, owner, nanoTime.getAsLong());
        tenants.put(machine.lease().id(), tenant);
        return tenant;
    }

    private void requireUnused(LeaseId lease) throws RefusedException {
        if (tenants.containsKey(lease)) {
            throw new RefusedException(Reason.LEASE_USED, "this lease is in use");
        }
    }

    /** Whether a machine has, or had, this lease. */
    boolean wasUsed(LeaseId lease) {
        return tenants.containsKey(lease) || ended.contains(lease, nanoTime.getAsLong());
    }

    Optional<Tenant> find(LeaseId lease) {
        return Optional.ofNullable(tenants.get(lease));
    }

    /** As above, if it is this owner's: nobody touches what another has. */
    Optional<Tenant> find(LeaseId lease, Tenant.Owner owner) {
        return find(lease).filter(tenant -> tenant.owner().equals(owner));
    }

    Collection<Tenant> all() {
        return List.copyOf(tenants.values());
    }

    long nanoTime() {
        return nanoTime.getAsLong();
    }

    /** Ends a machine, and gives its numbers back. Does nothing if it has ended. */
    void end(Tenant tenant) {
        Machine machine = tenant.machine();
        if (!tenants.remove(machine.lease().id(), tenant)) {
            return;
        }
        try {
            tenant.kernel().end();
        } catch (IOException e) {
            // Its namespace may be gone with the last socket already, and the link with it.
            LOG.debug("the link of lease {} is gone: {}", machine.lease().id(), e.getMessage());
        }
        try {
            forget(machine);
        } catch (IOException e) {
            LOG.warn("a peer stays in the packet filter: {}", e.getMessage());
        }
        numbers.giveBack(tenant.numbers());
        if (machine.spec().end() == MachineSpec.End.STORAGE) {
            ended.add(machine.lease().id(), machine.otherHost(), nanoTime.getAsLong());
        }
    }

    List<Tenant> allOf(Tenant.Owner owner) {
        return tenants.values().stream().filter(tenant -> tenant.owner().equals(owner)).toList();
    }

    /** Ends the machines through which nothing was heard for the time of a lease. */
    void collect() throws IOException {
        numbers.lookAround();
        long now = nanoTime.getAsLong();
        for (Tenant tenant : all()) {
            Optional<String> why = whyOver(tenant, now);
            if (why.isPresent()) {
                end(tenant);
                tenant.owner().ended(tenant.machine(), why.get());
            }
        }
    }

    private static Optional<String> whyOver(Tenant tenant, long nowNanos) {
        try {
            return tenant.silentNanos(nowNanos) > TimeUnit.SECONDS.toNanos(LEASE_SECONDS)
                    ? Optional.of("nothing was heard for " + LEASE_SECONDS + " s")
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.of("its link is gone");
        }
    }

    /**
     * Those that an earlier life has left have told of themselves, or never will: from now on
     * nobody may send but the peers of machines that are known.
     */
    void settle() throws IOException {
        for (Map.Entry<Family, PeerFilter> filter : filters.entrySet()) {
            List<Peer> peers = new ArrayList<>();
            for (Tenant tenant : tenants.values()) {
                Peer peer = peerOf(tenant.machine());
                if (Family.of(peer.address()) == filter.getKey()) {
                    peers.add(peer);
                }
            }
            filter.getValue().install(range.first(), range.last(), peers);
        }
    }

    private void allow(Machine machine) throws IOException {
        Peer peer = peerOf(machine);
        filterOf(peer).allow(peer);
    }

    private void forget(Machine machine) throws IOException {
        Peer peer = peerOf(machine);
        filterOf(peer).forget(peer);
    }

    private PeerFilter filterOf(Peer peer) throws IOException {
        PeerFilter filter = filters.get(Family.of(peer.address()));
        if (filter == null) {
            throw new IOException("no path here reaches " + peer.address().getHostAddress());
        }
        return filter;
    }

    private static Peer peerOf(Machine machine) {
        var spec = machine.spec();
        return new Peer(spec.peer().getAddress(), spec.peer().getPort(), spec.underlay().getPort());
    }

    /** Lets go of the machines, which live while their owners hold sockets; the filter stays. */
    @Override
    public void close() {
        tenants.values().forEach(tenant -> tenant.kernel().close());
        tenants.clear();
        filters.values().forEach(PeerFilter::close);
        host.close();
    }
}
