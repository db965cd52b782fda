package storage.dispersive.simulation.disk;

/**
 * The machine has stopped: whoever still uses the disk is dead and must not be listened to. An
 * error, so that nothing between the disk and the simulation handles it.
 */
public final class SimulatedCrash extends Error {

    private static final long serialVersionUID = 1L;

    SimulatedCrash(String message) {
        super(message);
    }
}
