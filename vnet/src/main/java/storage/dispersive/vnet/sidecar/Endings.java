package storage.dispersive.vnet.sidecar;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * Machines that nobody uses any more, and that end some time later. A process that dies leaves
 * hundreds, and the kernel takes some 50 ms for each, in which the state thread does nothing else:
 * so they end one after the other, with pauses in which those are served who open connections,
 * above all the one that takes the place of the dead. On the state thread.
 */
final class Endings {

    /**
     * The kernel still has to tell the other end that a connection is closed, and whoever takes the
     * place of a process that died is opening all its connections in this time.
     */
    static final long FAREWELL_MILLIS = 5_000;

    /** A pause is so many times as long as the ending before it. */
    private static final int PAUSES = 2;

    private final StateThread state;
    private final MachineRoom room;
    private final Queue<Tenant> due = new ArrayDeque<>();
    private boolean busy;

    Endings(StateThread state, MachineRoom room) {
        this.state = state;
        this.room = room;
    }

    /** The connection of this machine is closed. */
    void add(Tenant tenant) {
        state.later(FAREWELL_MILLIS, () -> isDue(tenant));
    }

    /** This process has ended. */
    void addAllOf(Tenant.Owner owner) {
        state.later(FAREWELL_MILLIS, () -> room.allOf(owner).forEach(this::isDue));
    }

    private void isDue(Tenant tenant) {
        due.add(tenant);
        if (!busy) {
            busy = true;
            endNext();
        }
    }

    private void endNext() {
        Tenant next = due.poll();
        if (next == null) {
            busy = false;
            return;
        }
        long before = System.nanoTime();
        try {
            room.end(next);
        } finally {
            long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - before);
            state.later(PAUSES * took, this::endNext);
        }
    }
}
