package storage.dispersive.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.BooleanSupplier;

/** Lets simulated time pass until something is so. */
final class Waiting {

    private static final int STEP_MILLIS = 100;

    /** A minute of simulated time. */
    private static final int MOST_STEPS = 600;

    private Waiting() {}

    /** Fails if it is not so within a minute. */
    static void waitFor(SimulatedSan san, BooleanSupplier condition) {
        for (int i = 0; i < MOST_STEPS && !condition.getAsBoolean(); i++) {
            san.pass(STEP_MILLIS);
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }
}
