package storage.dispersive.operator.founding;

import storage.dispersive.portion.Incarnation;

/** How one pod is, whatever it holds. */
public sealed interface Serving {

    /**
     * It answers.
     *
     * @param freeBytes that all volumes together may still take
     */
    record Up(Incarnation incarnation, long freeBytes) implements Serving {}

    record Down(String why) implements Serving {}
}
