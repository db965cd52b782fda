package storage.dispersive.cli.tryout;

import java.util.concurrent.CompletableFuture;

/** Whether somebody has asked for the end. Any thread. */
public interface Stopping {

    /** Completes when somebody asks. */
    CompletableFuture<Void> asked();

    default boolean isAsked() {
        return asked().isDone();
    }
}
