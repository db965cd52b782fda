package storage.dispersive.cli.lan;

import java.util.function.Supplier;

/** Where something of a local SAN runs, as the network sees it. Thread-safe. */
public sealed interface Place permits Host, ThisMachine {

    /**
     * Does work here and waits for its end; what it throws comes through. Threads and processes
     * that are started by it stay here.
     */
    <T> T call(Supplier<T> work);

    /** Refuses if nothing that is started here now could be reached later. */
    void checkUp();
}
