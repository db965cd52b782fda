package storage.dispersive.pod.store;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import storage.dispersive.pod.disk.IoCompletion;

/**
 * Makes one file durable: one sync at a time, and all that was written meanwhile goes with the
 * next. The first sync of a file also gives it its name, so that a file with a segment's name
 * always has a whole header.
 */
final class GroupCommit {

    private static final long MARK_AFTER_MILLIS = 200;

    /** Waits for a mark: it is made durable for its own sake. */
    private static final IoCompletion NOBODY =
            new IoCompletion() {
                @Override
                public void done() {}

                @Override
                public void failed(IOException cause) {}
            };

    private final Environment environment;
    private final SegmentFile file;
    private final Deque<Waiter> waiters = new ArrayDeque<>();
    private boolean scheduled;
    private boolean running;
    private boolean marking;

    private record Waiter(long offset, IoCompletion completion) {}

    GroupCommit(Environment environment, SegmentFile file) {
        this.environment = environment;
        this.file = file;
    }

    /** Calls back when all of the file before {@code offset} is durable, or never will be. */
    void await(long offset, IoCompletion completion) {
        waiters.addLast(new Waiter(offset, completion));
        schedule();
    }

    /** Calls back when all that others wait for by now has ended; at once if nobody waits. */
    void awaitOthers(IoCompletion completion) {
        if (waiters.isEmpty()) {
            completion.done();
        } else {
            await(waiters.getLast().offset, completion);
        }
    }

    void fail(IOException cause) {
        while (!waiters.isEmpty()) {
            waiters.removeFirst().completion.failed(cause);
        }
    }

    /** At the end of the loop's turn, so that all requests that came together share a sync. */
    private void schedule() {
        if (!scheduled && !running) {
            scheduled = true;
            environment.loop().execute(this::start);
        }
    }

    private void start() {
        scheduled = false;
        if (running || waiters.isEmpty() || environment.latch().hasFallen()) {
            return;
        }
        running = true;
        long through = file.writtenBytes();
        try {
            if (!environment.enforces(StoreRule.SYNC_BEFORE_ACK)) {
                file.takeName();
                finish(through);
            } else if (file.isNamed()) {
                environment.files().pin(file).sync(then(() -> finish(through)));
            } else {
                environment.files().pin(file).sync(then(() -> name(through)));
            }
        } catch (IOException e) {
            environment.latch().fall(e);
        }
    }

    private void name(long through) {
        try {
            file.takeName();
            environment.disk().syncDirectory(then(() -> finish(through)));
        } catch (IOException e) {
            environment.latch().fall(e);
        }
    }

    private void finish(long through) {
        running = false;
        environment.files().unpin(file);
        file.becameDurable(through);
        while (!waiters.isEmpty() && waiters.getFirst().offset <= through) {
            waiters.removeFirst().completion.done();
        }
        if (waiters.isEmpty()) {
            markWhenIdle();
        } else {
            schedule();
        }
    }

    /** Without traffic nothing would prove that the last records were durable. */
    private void markWhenIdle() {
        if (!marking) {
            marking = true;
            environment.loop().schedule(MARK_AFTER_MILLIS, this::mark);
        }
    }

    private void mark() {
        marking = false;
        if (!waiters.isEmpty() || running || environment.latch().hasFallen()) {
            return;
        }
        try {
            if (file.mark()) {
                await(file.writtenBytes(), NOBODY);
            }
        } catch (IOException e) {
            environment.latch().fall(e);
        }
    }

    private IoCompletion then(Runnable next) {
        return new IoCompletion() {
            @Override
            public void done() {
                if (!environment.latch().hasFallen()) {
                    next.run();
                }
            }

            @Override
            public void failed(IOException cause) {
                // What reached the disk is unknown, and a second sync would not tell: closed.
                environment.latch().fall(cause);
            }
        };
    }
}
