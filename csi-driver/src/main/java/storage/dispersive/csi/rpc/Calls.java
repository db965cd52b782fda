package storage.dispersive.csi.rpc;

import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** How each method answers once, and how long it may take. */
final class Calls {

    /** For who asks without a deadline. */
    private static final Duration USUAL = Duration.ofMinutes(2);

    /** Nobody waits longer than that for one call; the next one goes on with the same. */
    private static final Duration LONGEST = Duration.ofMinutes(15);

    /** So much before its deadline a caller is told why; after it nobody listens. */
    private static final Duration MARGIN = Duration.ofSeconds(1);

    private static final int SHARE_OF_MARGIN = 10;

    private Calls() {}

    /** What a method does. */
    @FunctionalInterface
    interface Method<T> {
        T call() throws BadRequestException, StatusException;
    }

    /** Answers with what a method gives, or why it does not. */
    static <T> void answer(StreamObserver<T> caller, Method<T> method) {
        if (caller instanceof ServerCallStreamObserver<T> call) {
            // Else an answer to who has stopped waiting would be a fault.
            call.setOnCancelHandler(() -> {});
        }
        T answer;
        try {
            answer = method.call();
        } catch (BadRequestException e) {
            caller.onError(Answers.status(e.why()).asException());
            return;
        } catch (StatusException e) {
            caller.onError(e);
            return;
        } catch (RuntimeException e) {
            // The text of a fault may hold anything; the log has it, without what was asked for.
            caller.onError(
                    Status.INTERNAL
                            .withDescription("a fault of the driver; its log says more")
                            .withCause(e)
                            .asException());
            return;
        }
        caller.onNext(answer);
        caller.onCompleted();
    }

    /** How long the caller of this thread's call waits. */
    static Duration patience() {
        Deadline deadline = Context.current().getDeadline();
        return deadline == null
                ? USUAL
                : patience(Duration.ofNanos(deadline.timeRemaining(TimeUnit.NANOSECONDS)));
    }

    static Duration patience(Duration left) {
        Duration share = left.dividedBy(SHARE_OF_MARGIN);
        Duration patience = left.minus(share.compareTo(MARGIN) < 0 ? share : MARGIN);
        if (patience.isNegative()) {
            return Duration.ZERO;
        }
        return patience.compareTo(LONGEST) < 0 ? patience : LONGEST;
    }
}
