package storage.dispersive.cli.san;

/** Hears what long work is doing, in a few words per step; called on the working thread. */
@FunctionalInterface
public interface Progress {

    void step(String what);
}
