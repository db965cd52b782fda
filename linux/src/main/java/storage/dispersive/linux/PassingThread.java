package storage.dispersive.linux;

import java.io.IOException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/**
 * A platform thread that does one piece of work and ends: what the kernel keeps for each thread
 * (its namespaces, its capabilities) is changed in it without leaving a trace.
 */
final class PassingThread {

    private PassingThread() {}

    /**
     * Does work in a new thread. That thread has ended when its outcome is heard. An interruption
     * of the caller is passed on to the work, whose end is waited for all the same: its outcome may
     * own descriptors. What the work leaves of it comes back.
     */
    static <T> T call(String name, NetworkNamespace.Work<T> work) throws IOException {
        boolean[] leftInterrupted = {false};
        FutureTask<T> task =
                new FutureTask<>(() -> {
                    try {
                        return work.run();
                    } finally {
                        leftInterrupted[0] = Thread.currentThread().isInterrupted();
                    }
                });
        Thread thread = Thread.ofPlatform().name(name).start(task);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
                thread.interrupt();
            }
        }
        if (interrupted && leftInterrupted[0]) {
            Thread.currentThread().interrupt();
        }
        if (task.state() == Future.State.SUCCESS) {
            return task.resultNow();
        }
        switch (task.exceptionNow()) {
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new IllegalStateException(e);
        }
    }
}
