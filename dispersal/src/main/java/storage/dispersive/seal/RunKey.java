package storage.dispersive.seal;

import storage.dispersive.portion.RunId;
import storage.dispersive.portion.VolumeId;

/**
 * The keys of one run of one volume: one seals blocks, one authenticates headers. Safe for all
 * threads. Closing wipes them here; cipher contexts that threads keep for reuse hold a copy until
 * they take another key or the thread ends.
 */
public final class RunKey implements AutoCloseable {

    private final VolumeId volume;
    private final RunId run;
    private final SecretBytes sealing;
    private final SecretBytes header;
    private final BlockSealer blockSealer;
    private final HeaderMac headerMac;

    RunKey(VolumeId volume, RunId run, SecretBytes sealing, SecretBytes header) {
        this.volume = volume;
        this.run = run;
        this.sealing = sealing;
        this.header = header;
        this.blockSealer = new BlockSealer(this, GcmEngine.CHOSEN);
        this.headerMac = new HeaderMac(this, MacEngine.CHOSEN);
    }

    public VolumeId volume() {
        return volume;
    }

    public RunId run() {
        return run;
    }

    /** Seals and opens the blocks of this run. */
    public BlockSealer blockSealer() {
        return blockSealer;
    }

    /** Makes and checks the MACs of this run's headers. */
    public HeaderMac headerMac() {
        return headerMac;
    }

    SecretBytes sealingKey() {
        return sealing;
    }

    SecretBytes headerKey() {
        return header;
    }

    /** Throws if the key was closed: the contexts that threads keep would still work. */
    void requireOpen() {
        if (sealing.isDestroyed()) {
            throw new IllegalStateException("the key of run " + run + " was closed");
        }
    }

    @Override
    public void close() {
        sealing.destroy();
        header.destroy();
    }

    @Override
    public String toString() {
        return "key of volume " + volume + " run " + run;
    }
}
