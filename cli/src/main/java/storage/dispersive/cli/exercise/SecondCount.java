package storage.dispersive.cli.exercise;

import java.util.concurrent.TimeUnit;

/** Counts what happens in the second that is going on. */
final class SecondCount {

    private static final long NANOS = TimeUnit.SECONDS.toNanos(1);

    private final long startNanos;
    private long number = 1;
    private long operations;
    private long bytesWritten;
    private long bytesRead;
    private long longestNanos;
    private long errors;

    SecondCount(long startNanos) {
        this.startNanos = startNanos;
    }

    long nanosLeft(long nowNanos) {
        return startNanos + number * NANOS - nowNanos;
    }

    void succeeded(Transfer transfer, long nanos) {
        switch (transfer.kind()) {
            case WRITE -> bytesWritten += transfer.bytes();
            case READ -> bytesRead += transfer.bytes();
        }
        ended(nanos);
    }

    void failed(long nanos) {
        errors++;
        ended(nanos);
    }

    private void ended(long nanos) {
        operations++;
        waited(nanos);
    }

    /** A request has taken as long, whether or not it has ended. */
    void waited(long nanos) {
        longestNanos = Math.max(longestNanos, nanos);
    }

    /** Whether no request has ended in the second that is going on. */
    boolean isEmpty() {
        return operations == 0;
    }

    /** What happened in the second that is over; begins the next. */
    Second take() {
        Second over =
                new Second(
                        number,
                        operations,
                        bytesWritten,
                        bytesRead,
                        TimeUnit.NANOSECONDS.toMillis(longestNanos),
                        errors);
        number++;
        operations = 0;
        bytesWritten = 0;
        bytesRead = 0;
        longestNanos = 0;
        errors = 0;
        return over;
    }
}
