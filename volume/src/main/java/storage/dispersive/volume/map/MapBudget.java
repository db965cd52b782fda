package storage.dispersive.volume.map;

/**
 * What the maps of a process may need together. Called on the loop of the volume whose map it is.
 */
@FunctionalInterface
public interface MapBudget {

    /** For a process with one volume. */
    MapBudget UNSHARED = bytes -> true;

    /** Whether a map that needs so much now may grow. */
    boolean mayGrow(long bytes);
}
