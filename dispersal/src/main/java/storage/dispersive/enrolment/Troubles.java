package storage.dispersive.enrolment;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;

/** What is wrong, told once each until it is over or changes. Used by one thread. */
final class Troubles {

    private final Consumer<String> listener;
    private final Map<Kind, String> present = new EnumMap<>(Kind.class);

    enum Kind {
        AUTHORITIES,
        ASKING,
        KEEPING
    }

    Troubles(Consumer<String> listener) {
        this.listener = listener;
    }

    void begin(Kind kind, String what) {
        if (!what.equals(present.put(kind, what))) {
            listener.accept(what);
        }
    }

    void end(Kind kind) {
        present.remove(kind);
    }
}
