package storage.dispersive.vnet.sidecar;

import java.io.IOException;
import storage.dispersive.vnet.machine.MachineSpec;
import storage.dispersive.vnet.machine.NetworkMachine;
import storage.dispersive.vnet.netlink.LinkCounters;
import storage.dispersive.vnet.protocol.Machine;

/** A machine that stands, for whom, and when something was last heard through it. */
final class Tenant {

    /** Whoever asked for a machine. */
    interface Owner {
        /** The lease is over, and the machine has ended. */
        void ended(Machine machine, String why);
    }

    private final Machine machine;
    private final Reservations.Numbers numbers;
    private final NetworkMachine kernel;
    private final Owner owner;
    private final long sinceNanos;
    private long heardNanos;
    private long packetsHeard;

    Tenant(
            Machine machine,
            Reservations.Numbers numbers,
            NetworkMachine kernel,
            Owner owner,
            long nowNanos) {
        this.machine = machine;
        this.numbers = numbers;
        this.kernel = kernel;
        this.owner = owner;
        this.sinceNanos = nowNanos;
        this.heardNanos = nowNanos;
    }

    Machine machine() {
        return machine;
    }

    Reservations.Numbers numbers() {
        return numbers;
    }

    /** Whether a sidecar of this host had it spawned: nobody else ends or bounds it. */
    boolean wasSpawnedFor(String host) {
        return machine.spec().end() == MachineSpec.End.STORAGE && machine.otherHost().equals(host);
    }

    NetworkMachine kernel() {
        return kernel;
    }

    Owner owner() {
        return owner;
    }

    long ageNanos(long nowNanos) {
        return nowNanos - sinceNanos;
    }

    /** Bounds what the machine sends, at once; 0 for no bound. */
    void limit(long bytesPerSecond) throws IOException {
        if (bytesPerSecond == 0) {
            kernel.unlimitRate();
        } else {
            kernel.limitRate(bytesPerSecond);
        }
    }

    /** How long nothing came through the link from the other end. */
    long silentNanos(long nowNanos) throws IOException {
        LinkCounters counters = kernel.counters();
        if (counters.receivedPackets() != packetsHeard) {
            packetsHeard = counters.receivedPackets();
            heardNanos = nowNanos;
        }
        return nowNanos - heardNanos;
    }
}
