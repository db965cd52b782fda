package storage.dispersive.cli.engine;

/** One way in which an engine's disk is shown to this machine. */
sealed interface DiskFace permits NbdFace, FuseFace {

    /** What programs open, once it is there; empty before. May be called from any thread. */
    String device();

    /** Called once, when the volume serves; not on the engine's loop. */
    void volumeServes();

    /** Answers what is under way and shows the disk no more. */
    void close();
}
