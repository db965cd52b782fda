package storage.dispersive.pod.store;

import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Falls once, for good, when the store must not go on: whoever acts later looks here first. */
final class StoreLatch {

    private @Nullable IOException cause;
    private Consumer<IOException> listener = any -> {};

    void onFall(Consumer<IOException> heard) {
        listener = heard;
    }

    boolean hasFallen() {
        return cause != null;
    }

    @Nullable IOException cause() {
        return cause;
    }

    /** Closes the store. Only the first cause counts. */
    void fall(IOException why) {
        if (cause == null) {
            cause = why;
            listener.accept(why);
        }
    }

    /** Closes the store without a word to the listener. */
    void fallSilently(IOException why) {
        if (cause == null) {
            cause = why;
        }
    }
}
