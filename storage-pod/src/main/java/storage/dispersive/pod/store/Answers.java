package storage.dispersive.pod.store;

import java.io.IOException;
import java.util.function.Consumer;
import storage.dispersive.pod.disk.DiskFullException;
import storage.dispersive.pod.disk.IoCompletion;
import storage.dispersive.portion.Epoch;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodReply.Refused;
import storage.dispersive.wire.Refusal;

/** The replies that several kinds of request share. */
final class Answers {

    private Answers() {}

    static Refused fenced(Epoch standing, String detail) {
        return new Refused(Refusal.FENCED, standing, detail);
    }

    static Refused invalid(String detail) {
        return Refused.because(Refusal.INVALID, detail);
    }

    static Refused failed(IOException cause) {
        return cause instanceof DiskFullException
                ? Refused.because(Refusal.NO_SPACE, "the disk is full")
                : Refused.because(
                        Refusal.STORE_CLOSED,
                        "the store closed itself; restart the pod when its disk is well: " + cause);
    }

    /** Answers {@code good} when it is done. */
    static IoCompletion when(Consumer<PodReply> reply, PodReply good) {
        return when(reply, () -> reply.accept(good));
    }

    /** Goes on with {@code next} when it is done, and answers when it failed. */
    static IoCompletion when(Consumer<PodReply> reply, Runnable next) {
        return new IoCompletion() {
            @Override
            public void done() {
                next.run();
            }

            @Override
            public void failed(IOException cause) {
                reply.accept(Answers.failed(cause));
            }
        };
    }
}
