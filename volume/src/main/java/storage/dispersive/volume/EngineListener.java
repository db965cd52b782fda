package storage.dispersive.volume;

/** Hears what becomes of an engine. Called on its loop. */
public interface EngineListener {

    /** The volume is recovered and requests are answered from now on. */
    void serving();

    /** Another writer took the volume over; every request fails from now on. */
    void fenced(String by);

    /** The volume cannot be served, for this reason. */
    void failed(String why);
}
