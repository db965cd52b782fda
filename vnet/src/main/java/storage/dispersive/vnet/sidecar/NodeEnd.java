package storage.dispersive.vnet.sidecar;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.linux.LinuxException;
import storage.dispersive.linux.StreamSocket;
import storage.dispersive.vnet.machine.MachineSpec;
import storage.dispersive.vnet.protocol.ControlMessage;
import storage.dispersive.vnet.protocol.ControlMessage.Reason;
import storage.dispersive.vnet.protocol.LocalMessage;
import storage.dispersive.vnet.protocol.LocalMessage.Cause;
import storage.dispersive.vnet.protocol.Machine;
import storage.dispersive.wire.PodName;

/**
 * The end of links that asks: agrees with the sidecar of a storage pod, spawns a machine here, and
 * connects inside of it. On the state thread.
 */
final class NodeEnd {

    /** VNIs are drawn among millions, so that the other end has one of them is rare. */
    private static final int MAX_VNIS_TRIED = 4;

    private static final int CONNECT_MILLIS = 3_000;

    private final StateThread state;
    private final MachineRoom room;
    private final Paths paths;
    private final Callers callers;

    /** Asks sidecars of storage pods. */
    interface Callers {
        /**
         * Fails with an {@link IOException} that says why there is no answer, or with a {@link
         * RefusedException} if the asker has too many requests under way there.
         *
         * @param asker for whom the request is made
         */
        CompletableFuture<ControlMessage> call(
                LocalPeer asker, InetSocketAddress address, PodName pod, ControlMessage request);
    }

    NodeEnd(StateThread state, MachineRoom room, Paths paths, Callers callers) {
        this.state = state;
        this.room = room;
        this.paths = paths;
        this.callers = callers;
    }

    /**
     * Answers the process with a connected socket, or why there is none.
     *
     * @return completes once it is answered
     */
    CompletableFuture<?> open(LocalPeer peer, LocalMessage.Open request) {
        try {
            if (room.find(request.lease().id()).isPresent()) {
                throw new RefusedException(Reason.LEASE_USED, "this lease is in use");
            }
            Opening opening = new Opening(peer, request, paths.address(request.path()));
            opening.ask();
            return opening.answered;
        } catch (RefusedException e) {
            peer.refuse(request.number(), e.why());
            return CompletableFuture.completedFuture(null);
        }
    }

    /**
     * Bounds both ends of a link, this one at once.
     *
     * @return completes once the process is answered
     */
    CompletableFuture<?> limit(LocalPeer peer, LocalMessage.Limit request) {
        Optional<Tenant> tenant = room.find(request.lease(), peer);
        if (tenant.isEmpty()) {
            peer.refuse(request.number(), "there is no such machine");
            return CompletableFuture.completedFuture(null);
        }
        try {
            tenant.get().limit(request.bytesPerSecond());
        } catch (IOException | IllegalArgumentException e) {
            peer.refuse(request.number(), String.valueOf(e.getMessage()));
            return CompletableFuture.completedFuture(null);
        }
        var there =
                new ControlMessage.Limit(
                        request.number(), request.lease(), request.bytesPerSecond());
        return callers.call(peer, request.control(), request.pod(), there)
                .handle((answer, failure) -> {
                    peer.send(outcome(request.number(), answer, failure));
                    return request;
                });
    }

    private static LocalMessage outcome(long number, ControlMessage answer, Throwable failure) {
        if (failure != null) {
            Cause cause = failure instanceof RefusedException ? Cause.REFUSED : Cause.NO_WAY;
            return new LocalMessage.Failed(number, cause, String.valueOf(failure.getMessage()));
        }
        return answer instanceof ControlMessage.Refused refused
                ? new LocalMessage.Failed(number, Cause.REFUSED, refused.why())
                : new LocalMessage.Done(number);
    }

    /** One connection on its way. */
    private final class Opening {
        private final LocalPeer peer;
        private final LocalMessage.Open request;
        private final InetAddress here;
        private final CompletableFuture<Boolean> answered = new CompletableFuture<>();
        private int vnisTried;

        Opening(LocalPeer peer, LocalMessage.Open request, InetAddress here) {
            this.peer = peer;
            this.request = request;
            this.here = here;
        }

        void ask() throws RefusedException {
            Reservations.Numbers numbers = room.numbers().reserve(peer);
            vnisTried++;
            var spawn =
                    new ControlMessage.Spawn(
                            request.number(),
                            request.lease(),
                            request.pod(),
                            request.path(),
                            new InetSocketAddress(here, numbers.port()),
                            numbers.vni(),
                            request.mtuBytes());
            var _ =
                    callers.call(peer, request.control(), request.pod(), spawn)
                            .whenComplete((answer, failure) ->
                                    state.execute(() -> heard(numbers, answer, failure)));
        }

        private void heard(Reservations.Numbers numbers, ControlMessage answer, Throwable failure) {
            try {
                if (failure != null) {
                    room.numbers().giveBack(numbers);
                    unheard(failure);
                    return;
                }
                switch (answer) {
                    case ControlMessage.Spawned spawned -> build(numbers, spawned);
                    case ControlMessage.Refused refused -> {
                        room.numbers().giveBack(numbers);
                        refused(refused);
                    }
                    case ControlMessage.Spawn _,
                            ControlMessage.Release _,
                            ControlMessage.Limit _,
                            ControlMessage.Done _ -> {
                        room.numbers().giveBack(numbers);
                        fail(Cause.REFUSED, "the sidecar of the pod answered something else");
                    }
                }
            } catch (RefusedException e) {
                fail(Cause.REFUSED, e.why());
            }
        }

        private void unheard(Throwable failure) throws RefusedException {
            if (failure instanceof RefusedException refused) {
                throw refused;
            }
            fail(
                    Cause.NO_WAY,
                    "the sidecar of "
                            + request.pod()
                            + " does not answer: "
                            + failure.getMessage());
        }

        private void refused(ControlMessage.Refused refused) throws RefusedException {
            if (refused.reason() == Reason.VNI_TAKEN && vnisTried < MAX_VNIS_TRIED) {
                ask();
            } else {
                fail(Cause.REFUSED, "the sidecar of " + request.pod() + " says: " + refused.why());
            }
        }

        private void build(Reservations.Numbers numbers, ControlMessage.Spawned spawned) {
            Tenant tenant;
            try {
                tenant = room.spawn(machine(numbers, spawned), numbers, peer);
            } catch (IOException | RefusedException | IllegalArgumentException e) {
                room.numbers().giveBack(numbers);
                release();
                fail(Cause.REFUSED, String.valueOf(e.getMessage()));
                return;
            }
            try {
                Descriptor socket = tenant.kernel().beginConnect();
                Thread.ofPlatform().name("connect").daemon().start(() -> connect(tenant, socket));
            } catch (IOException e) {
                giveUp(tenant, Cause.REFUSED, String.valueOf(e.getMessage()));
            }
        }

        private Machine machine(Reservations.Numbers numbers, ControlMessage.Spawned spawned)
                throws IOException, RefusedException {
            InetAddress there = spawned.underlay().getAddress();
            InetAddress from = paths.address(request.path(), there);
            int mtuBytes =
                    Math.min(
                            Math.min(spawned.mtuBytes(), request.mtuBytes()),
                            room.mtuInside(there));
            MachineSpec spec =
                    new MachineSpec(
                            numbers.vni(),
                            MachineSpec.End.NODE,
                            new InetSocketAddress(from, numbers.port()),
                            spawned.underlay(),
                            mtuBytes);
            return new Machine(request.lease(), request.pod().value(), spec, request.path());
        }

        /** On a thread of its own, as it waits for the other end. */
        private void connect(Tenant tenant, Descriptor socket) {
            try {
                StreamSocket.awaitConnected(socket, CONNECT_MILLIS);
                state.execute(() -> connected(tenant, socket));
            } catch (LinuxException | RuntimeException e) {
                socket.close();
                state.execute(
                        () -> giveUp(tenant, Cause.NO_WAY, "no way to the pod: " + e.getMessage()));
            }
        }

        private void connected(Tenant tenant, Descriptor socket) {
            try (socket) {
                if (peer.isOpen()) {
                    peer.send(
                            new LocalMessage.Opened(request.number(), tenant.machine()),
                            Optional.of(socket));
                    answered.complete(true);
                } else {
                    giveUp(tenant, Cause.REFUSED, "the process that asked is gone");
                }
            }
        }

        private void giveUp(Tenant tenant, Cause cause, String why) {
            room.end(tenant);
            release();
            fail(cause, why);
        }

        /** The other end need not wait for the end of the lease. */
        private void release() {
            var release = new ControlMessage.Release(request.number(), request.lease().id());
            var _ = callers.call(peer, request.control(), request.pod(), release);
        }

        private void fail(Cause cause, String why) {
            peer.send(new LocalMessage.Failed(request.number(), cause, why));
            answered.complete(false);
        }
    }
}
