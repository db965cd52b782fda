package storage.dispersive.vnet.sidecar;

import java.io.IOException;
import java.util.random.RandomGenerator;
import storage.dispersive.vnet.machine.LinkNumbers;
import storage.dispersive.vnet.machine.PortRange;
import storage.dispersive.vnet.protocol.ControlMessage.Reason;

/**
 * The numbers of one host's machines, those included that are being made, and for whom they are
 * held: a process beside the sidecar, or a host whose sidecar asked. None of these gets more UDP
 * ports than are left.
 *
 * <p>Thread contract: one thread, in the host's network namespace.
 */
final class Reservations {

    private final PortRange range;
    private final LinkNumbers numbers;
    private final FairShare<Object> shares = new FairShare<>();

    Reservations(PortRange range, RandomGenerator random) {
        this.range = range;
        this.numbers = new LinkNumbers(range, random);
    }

    /** A UDP port and a VNI that are given to nobody else. */
    record Numbers(int port, int vni, Object holder) {}

    /** Looks which ports others on this host have. */
    void lookAround() throws IOException {
        numbers.avoid(UdpPorts.taken());
    }

    /** Numbers for a link whose VNI is chosen here. */
    Numbers reserve(Object holder) throws RefusedException {
        int port = takePort(holder);
        return hold(port, numbers.takeVni(), holder);
    }

    /** Numbers for a link whose VNI the other end has chosen. */
    Numbers reserve(Object holder, int vni) throws RefusedException {
        int port = takePort(holder);
        try {
            if (numbers.takeVni(vni)) {
                return hold(port, vni, holder);
            }
        } catch (IllegalArgumentException e) {
            numbers.giveBackPort(port);
            throw new RefusedException(Reason.FAILED, String.valueOf(e.getMessage()));
        }
        numbers.giveBackPort(port);
        throw new RefusedException(Reason.VNI_TAKEN, "a machine here has VNI " + vni);
    }

    /** The numbers of a machine that was found again; whoever has it, has it. */
    Numbers claim(Object holder, int port, int vni) throws RefusedException {
        try {
            if (numbers.claim(port, vni)) {
                return hold(port, vni, holder);
            }
        } catch (IllegalArgumentException e) {
            throw new RefusedException(Reason.FAILED, String.valueOf(e.getMessage()));
        }
        throw new RefusedException(Reason.FAILED, "another machine here has its numbers");
    }

    /** The numbers are not needed any more. */
    void giveBack(Numbers reserved) {
        numbers.giveBackPort(reserved.port());
        numbers.giveBackVni(reserved.vni());
        shares.remove(reserved.holder());
    }

    private Numbers hold(int port, int vni, Object holder) {
        shares.add(holder);
        return new Numbers(port, vni, holder);
    }

    private int takePort(Object holder) throws RefusedException {
        int left = numbers.freePorts();
        if (left > 0 && !shares.allows(holder, left)) {
            throw new RefusedException(
                    Reason.NO_ROOM,
                    holder
                            + " has "
                            + shares.of(holder)
                            + " machines here, and "
                            + left
                            + " of "
                            + range.size()
                            + " are left for others");
        }
        return numbers.takePort()
                .orElseThrow(() ->
                        new RefusedException(
                                Reason.NO_ROOM,
                                "all of this host's UDP ports for machines are taken, "
                                        + range.first()
                                        + " to "
                                        + range.last()));
    }
}
