package storage.dispersive.operator.founding;

import storage.dispersive.portion.Incarnation;

/** What one pod has of a volume. */
public sealed interface Holding {

    /**
     * It holds the volume.
     *
     * @param incarnation of its disk; if another one was admitted, what it holds does not count
     * @param portions that are durable
     * @param volumeBytes that they take, in whole segments
     * @param freeBytes that all volumes together may still take
     */
    record Held(Incarnation incarnation, long portions, long volumeBytes, long freeBytes)
            implements Holding {}

    /** It serves and does not know the volume: it never did, or lost its disk. */
    record UnknownVolume(Incarnation incarnation, long freeBytes) implements Holding {}

    /** It does not answer as it should; whether it holds anything is not known. */
    record Down(String why) implements Holding {}
}
