package storage.dispersive.vnet.sidecar;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.vnet.machine.MachineSpec;
import storage.dispersive.vnet.protocol.ControlMessage;
import storage.dispersive.vnet.protocol.ControlMessage.Reason;
import storage.dispersive.vnet.protocol.ControlMessage.Refused;
import storage.dispersive.vnet.protocol.LocalMessage;
import storage.dispersive.vnet.protocol.Machine;
import storage.dispersive.wire.LeaseId;
import storage.dispersive.wire.PodName;

/**
 * The end of links that is asked: spawns machines for sidecars of other hosts, and hands their
 * listening sockets to the storage pod beside it. On the state thread.
 */
final class StorageEnd {

    /** In which the pod must take what it is offered. */
    private static final long OFFER_MILLIS = 5_000;

    private final StateThread state;
    private final MachineRoom room;
    private final Paths paths;
    private final Map<Long, Offered> offers = new HashMap<>();
    private @Nullable Pod pod;
    private long lastOffer;

    private record Pod(LocalPeer process, PodName name) {}

    private record Offered(Tenant tenant, long number, Consumer<ControlMessage> answer) {}

    StorageEnd(StateThread state, MachineRoom room, Paths paths) {
        this.state = state;
        this.room = room;
        this.paths = paths;
    }

    /** A process says that it is the storage pod of this host. */
    void serve(LocalPeer process, LocalMessage.Serve request) {
        if (pod != null && !pod.process().equals(process) && pod.process().isOpen()) {
            process.refuse(request.number(), pod.process() + " serves as " + pod.name());
            return;
        }
        pod = new Pod(process, request.pod());
        process.send(new LocalMessage.Done(request.number()));
    }

    void left(LocalPeer process) {
        if (pod != null && pod.process().equals(process)) {
            pod = null;
        }
    }

    /** Spawns what a peer asks for, and answers it once the pod accepts there. */
    void spawn(String peer, ControlMessage.Spawn request, Consumer<ControlMessage> answer) {
        try {
            Tenant tenant = build(peer, request);
            offer(tenant, request.number(), answer);
        } catch (RefusedException e) {
            answer.accept(new Refused(request.number(), e.reason(), e.why()));
        } catch (IOException | IllegalArgumentException e) {
            answer.accept(
                    new Refused(request.number(), Reason.FAILED, String.valueOf(e.getMessage())));
        }
    }

    private Tenant build(String peer, ControlMessage.Spawn request)
            throws IOException, RefusedException {
        Pod served = pod;
        if (served == null || !served.name().equals(request.pod())) {
            throw new RefusedException(
                    Reason.NO_SUCH_POD,
                    served == null
                            ? "the storage pod is not up"
                            : "the storage pod here is " + served.name());
        }
        if (room.wasUsed(request.lease().id())) {
            throw new RefusedException(Reason.LEASE_USED, "this lease was used before");
        }
        InetAddress there = request.underlay().getAddress();
        InetAddress here = paths.address(request.path(), there);
        int mtuBytes = Math.min(request.mtuBytes(), room.mtuInside(there));
        Reservations.Numbers numbers = room.numbers().reserve(peer, request.vni());
        try {
            MachineSpec spec =
                    new MachineSpec(
                            request.vni(),
                            MachineSpec.End.STORAGE,
                            new InetSocketAddress(here, numbers.port()),
                            request.underlay(),
                            mtuBytes);
            Machine machine = new Machine(request.lease(), peer, spec, request.path());
            return room.spawn(machine, numbers, served.process());
        } catch (IOException | RefusedException | IllegalArgumentException e) {
            room.numbers().giveBack(numbers);
            throw e;
        }
    }

    private void offer(Tenant tenant, long number, Consumer<ControlMessage> answer)
            throws IOException {
        Pod served = pod;
        if (served == null) {
            throw new IllegalStateException("a machine without a pod");
        }
        long offer = ++lastOffer;
        offers.put(offer, new Offered(tenant, number, answer));
        try (Descriptor listening = tenant.kernel().listen()) {
            served.process()
                    .send(new LocalMessage.Offer(offer, tenant.machine()), Optional.of(listening));
        } catch (IOException e) {
            offers.remove(offer);
            room.end(tenant);
            throw e;
        }
        state.later(OFFER_MILLIS, () -> decline(offer, "the storage pod does not answer"));
    }

    /** The pod accepts there. */
    void taken(LocalPeer process, long offer) {
        Offered offered = offers.get(offer);
        if (offered != null && offered.tenant().owner().equals(process)) {
            offers.remove(offer);
            MachineSpec spec = offered.tenant().machine().spec();
            offered.answer()
                    .accept(
                            new ControlMessage.Spawned(
                                    offered.number(), spec.underlay(), spec.mtuBytes()));
        }
    }

    /** The pod does not accept there. */
    void decline(LocalPeer process, long offer, String why) {
        Offered offered = offers.get(offer);
        if (offered != null && offered.tenant().owner().equals(process)) {
            decline(offer, why);
        }
    }

    private void decline(long offer, String why) {
        Offered offered = offers.remove(offer);
        if (offered != null) {
            room.end(offered.tenant());
            offered.answer().accept(new Refused(offered.number(), Reason.FAILED, why));
        }
    }

    private Optional<Tenant> find(LeaseId lease, String peer) {
        return room.find(lease).filter(tenant -> tenant.wasSpawnedFor(peer));
    }

    /** The peer that asked for a machine needs it no more. */
    void release(String peer, ControlMessage.Release request, Consumer<ControlMessage> answer) {
        Optional<Tenant> tenant = find(request.lease(), peer);
        if (tenant.isPresent()) {
            room.end(tenant.get());
            tenant.get().owner().ended(tenant.get().machine(), "the node needs it no more");
        }
        answer.accept(new ControlMessage.Done(request.number()));
    }

    /** Bounds what this end of a link sends. */
    void limit(String peer, ControlMessage.Limit request, Consumer<ControlMessage> answer) {
        Optional<Tenant> tenant = find(request.lease(), peer);
        if (tenant.isEmpty()) {
            answer.accept(new Refused(request.number(), Reason.FAILED, "there is no such machine"));
            return;
        }
        try {
            tenant.get().limit(request.bytesPerSecond());
            answer.accept(new ControlMessage.Done(request.number()));
        } catch (IOException | IllegalArgumentException e) {
            answer.accept(
                    new Refused(request.number(), Reason.FAILED, String.valueOf(e.getMessage())));
        }
    }
}
