package storage.dispersive.enrolment;

import java.time.Duration;

/** Has something done later. Whatever it does may wait for others. For any thread. */
@FunctionalInterface
interface Pacer {

    /** Once, if it is not called off before. */
    Planned after(Duration wait, Runnable task);

    /** What is planned, or being done. */
    @FunctionalInterface
    interface Planned {
        /** Interrupts it if it is being done; has no effect afterwards. */
        void callOff();
    }
}
