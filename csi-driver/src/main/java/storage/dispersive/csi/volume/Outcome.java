package storage.dispersive.csi.volume;

/**
 * What came of a call: something, or nothing and why.
 *
 * @param <T> what it is when it was done
 */
public sealed interface Outcome<T> {

    /** It is so now; also if it was so before. */
    record Done<T>(T value) implements Outcome<T> {}

    /** Nothing is promised about what was asked for. */
    record Refused<T>(Refusal why) implements Outcome<T> {}

    static <T> Outcome<T> done(T value) {
        return new Done<>(value);
    }

    static <T> Outcome<T> refused(Refusal why) {
        return new Refused<>(why);
    }
}
