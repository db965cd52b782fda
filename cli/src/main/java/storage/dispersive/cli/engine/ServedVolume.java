package storage.dispersive.cli.engine;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.cli.state.Face;
import storage.dispersive.disk.VirtualDisk;
import storage.dispersive.engine.EngineReport;
import storage.dispersive.engine.OpenVolume;

/**
 * A volume that this process serves: its engine, its face and its control socket. {@link #close}
 * from any thread, once.
 */
final class ServedVolume {

    private static final Logger log = LoggerFactory.getLogger(ServedVolume.class);

    private final OpenVolume volume;
    private final Shown shown;
    private final ControlServer control;
    private volatile @Nullable DiskFace face;
    private volatile @Nullable String failure;

    /** Where and how the disk is shown. */
    record Shown(EngineFiles files, MountKeepers keepers, Face face) {}

    private ServedVolume(OpenVolume volume, Shown shown) throws IOException {
        this.volume = volume;
        this.shown = shown;
        this.control = ControlServer.start(shown.files().controlSocket(), new Commands());
    }

    /** Answers on the control socket when this returns; serves as soon as the pods let it. */
    static ServedVolume start(OpenVolume volume, Shown shown) throws IOException {
        ServedVolume served = new ServedVolume(volume, shown);
        Thread.ofPlatform().daemon().name("start").start(served::begin);
        return served;
    }

    private void begin() {
        try {
            VirtualDisk disk = volume.open();
            DiskFace opened =
                    switch (shown.face()) {
                        case NBD -> NbdFace.open(shown.files(), name(), disk);
                        case FUSE -> openFuse(disk);
                    };
            face = opened;
            volume.serving().join();
            opened.volumeServes();
            log.info("volume {} serves as {}", name(), opened.device());
        } catch (IOException | RuntimeException e) {
            failure = e.getMessage() == null ? e.toString() : e.getMessage();
            log.error("the volume cannot be served", e);
        }
    }

    private String name() {
        return volume.volume().name();
    }

    private FuseFace openFuse(VirtualDisk disk) throws IOException {
        FuseFace opened = FuseFace.open(shown.files(), shown.keepers(), name(), disk);
        volume.link()
                .machines()
                .ifPresent(machines -> machines.whenSidecarIsThere(opened::sidecarIsBack));
        return opened;
    }

    /** What the control socket asks for. */
    private final class Commands implements EngineCommands {
        @Override
        public CompletableFuture<EngineReport> status() {
            return report();
        }

        @Override
        public CompletableFuture<EngineReport> roll() {
            volume.roll();
            return report();
        }

        @Override
        public CompletableFuture<EngineReport> limit(long bytesPerSecond) {
            return volume.link()
                    .machines()
                    .orElseThrow(() ->
                            new IllegalStateException(
                                    "plain sockets cannot be limited; the SAN is shared"))
                    .limit(bytesPerSecond)
                    .thenCompose(done -> report());
        }
    }

    private CompletableFuture<EngineReport> report() {
        DiskFace open = face;
        String device = open == null ? "" : open.device();
        return volume.report(shown.face().toString(), device, failure);
    }

    /** Answers what is under way, then ends. */
    void close() {
        try {
            DiskFace open = face;
            if (open != null) {
                open.close();
            }
            volume.close();
            control.close();
        } catch (IOException e) {
            log.warn("the end was not clean", e);
        }
    }
}
