package storage.dispersive.simulation;

import org.jspecify.annotations.Nullable;
import storage.dispersive.disk.VirtualDisk;
import storage.dispersive.volume.EngineListener;
import storage.dispersive.volume.EngineStatus;
import storage.dispersive.volume.VolumeEngine;

/** One process that runs one engine. */
final class SimulatedEngine implements EngineListener {

    /** How it is doing. */
    enum Life {
        STARTING,
        SERVING,
        FENCED,
        FAILED,
        KILLED
    }

    private final SimulatedLoop loop;
    private @Nullable VolumeEngine engine;
    private Life life = Life.STARTING;
    private String lastStatus = "";
    private String whyFailed = "";

    SimulatedEngine(SimulatedLoop loop) {
        this.loop = loop;
    }

    void runs(VolumeEngine started) {
        engine = started;
    }

    SimulatedLoop loop() {
        return loop;
    }

    Life life() {
        return life;
    }

    /** Empty unless it failed. */
    String whyFailed() {
        return whyFailed;
    }

    boolean isAlive() {
        return life == Life.STARTING || life == Life.SERVING;
    }

    VirtualDisk disk() {
        return running().disk();
    }

    /** Replaces the sessions with one pod while they work. */
    void roll(int slot) {
        running().roll(slot);
    }

    /** Gives its disk more bytes, after the SAN has been told. */
    void grow(long sizeBytes) {
        running().grow(sizeBytes, () -> {});
    }

    /** Tells it that another engine is there. */
    void giveWay() {
        running().giveWay("another one");
    }

    void kill() {
        life = Life.KILLED;
        loop.kill();
    }

    /** Asks for a status, which {@link #lastStatus} shows a little later. */
    void askStatus() {
        running().status(this::note);
    }

    String lastStatus() {
        return lastStatus;
    }

    private void note(EngineStatus status) {
        lastStatus = status.toString();
    }

    private VolumeEngine running() {
        if (engine == null) {
            throw new IllegalStateException("the engine was never started");
        }
        return engine;
    }

    @Override
    public void serving() {
        life = Life.SERVING;
    }

    @Override
    public void fenced(String by) {
        life = Life.FENCED;
    }

    @Override
    public void failed(String why) {
        life = Life.FAILED;
        whyFailed = why;
    }
}
