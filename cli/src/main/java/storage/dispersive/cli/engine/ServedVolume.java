package storage.dispersive.cli.engine;

import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.cli.state.Face;
import storage.dispersive.cli.state.KeySource;
import storage.dispersive.cli.state.VolumeRecord;
import storage.dispersive.portion.Epoch;
import storage.dispersive.portion.Incarnation;
import storage.dispersive.seal.VolumeKey;
import storage.dispersive.volume.EngineEnvironment;
import storage.dispersive.volume.EngineListener;
import storage.dispersive.volume.EngineSettings;
import storage.dispersive.volume.EngineStatus;
import storage.dispersive.volume.Member;
import storage.dispersive.volume.VolumeEngine;
import storage.dispersive.volume.VolumeSpec;
import storage.dispersive.volume.founding.KeyFetcher;

/**
 * A volume that this process serves: its key, its engine, its face and its control socket, one
 * after the other. {@link #close} from any thread, once.
 */
final class ServedVolume {

    private static final Logger log = LoggerFactory.getLogger(ServedVolume.class);

    /** Pods that are down may be started meanwhile, so this is as long as a request waits. */
    private static final long KEY_PATIENCE_MILLIS = 30_000;

    private static final long CLOSE_PATIENCE_SECONDS = 15;

    private final VolumeRecord record;
    private final Epoch epoch;
    private final VolumeLink link;
    private final Shown shown;
    private final ControlServer control;
    private volatile String doing = "starting";
    private volatile @Nullable VolumeEngine engine;
    private volatile @Nullable DiskFace face;
    private volatile @Nullable String failure;

    /** Where and how the disk is shown, and the pods' addresses by name. */
    record Shown(EngineFiles files, MountKeepers keepers, Face face, Map<String, String> peers) {}

    private ServedVolume(VolumeRecord record, Epoch epoch, VolumeLink link, Shown shown)
            throws IOException {
        this.record = record;
        this.epoch = epoch;
        this.link = link;
        this.shown = shown;
        this.control = ControlServer.start(shown.files().controlSocket(), new Commands());
    }

    /** Answers on the control socket when this returns; serves as soon as the pods let it. */
    static ServedVolume start(VolumeRecord record, Epoch epoch, VolumeLink link, Shown shown)
            throws IOException {
        ServedVolume served = new ServedVolume(record, epoch, link, shown);
        Thread.ofPlatform().daemon().name("start").start(served::begin);
        return served;
    }

    private void begin() {
        try {
            start(key());
        } catch (IOException | RuntimeException e) {
            fail(e.getMessage() == null ? e.toString() : e.getMessage());
            log.error("the volume cannot be served", e);
        }
    }

    private VolumeSpec spec() {
        List<Member> members =
                record.members().stream()
                        .map(member ->
                                new Member(
                                        member.slot(),
                                        member.pod(),
                                        new Incarnation(
                                                Long.parseUnsignedLong(member.incarnation(), 16)),
                                        member.admittedFromSeq()))
                        .toList();
        return new VolumeSpec(record.volumeId(), record.sizeBytes(), record.code(), members);
    }

    private VolumeKey key() throws IOException {
        return switch (record.keySource()) {
            case KeySource.InFile file -> file.read();
            case KeySource.Dispersed() -> fetchKey();
        };
    }

    private VolumeKey fetchKey() throws IOException {
        doing = "waiting for the volume's key from its storage pods";
        CompletableFuture<KeyFetcher.Result> fetched = new CompletableFuture<>();
        KeyFetcher.fetch(
                spec(), link.loop(), link.connector(), KEY_PATIENCE_MILLIS, fetched::complete);
        return switch (fetched.join()) {
            case KeyFetcher.Result.Fetched(VolumeKey key) -> key;
            case KeyFetcher.Result.Failed(String why) -> throw new IOException(why);
        };
    }

    private void start(VolumeKey key) throws IOException {
        doing = "starting the engine";
        EngineEnvironment environment =
                new EngineEnvironment(
                        link.loop(),
                        link.connector(),
                        key,
                        new SecureRandom(),
                        ByteBufAllocator.DEFAULT);
        CompletableFuture<Void> serving = new CompletableFuture<>();
        VolumeEngine started =
                VolumeEngine.start(
                        spec(),
                        epoch,
                        environment,
                        EngineSettings.defaults().withRoll(link.rollPolicy()),
                        listen(serving));
        engine = started;
        DiskFace opened =
                switch (shown.face()) {
                    case NBD -> NbdFace.open(shown.files(), record.name(), started.disk());
                    case FUSE -> openFuse(started);
                };
        face = opened;
        serving.join();
        opened.volumeServes();
        log.info("volume {} serves as {}", record.name(), opened.device());
    }

    private FuseFace openFuse(VolumeEngine started) throws IOException {
        FuseFace opened =
                FuseFace.open(shown.files(), shown.keepers(), record.name(), started.disk());
        link.machines().ifPresent(machines -> machines.whenSidecarIsThere(opened::sidecarIsBack));
        return opened;
    }

    private EngineListener listen(CompletableFuture<Void> serving) {
        return new EngineListener() {
            @Override
            public void serving() {
                serving.complete(null);
            }

            @Override
            public void fenced(String by) {
                log.warn("fenced by {}; every request fails from now on", by);
                serving.completeExceptionally(new IOException("fenced by " + by));
            }

            @Override
            public void failed(String why) {
                log.error("the volume cannot be served: {}", why);
                serving.completeExceptionally(new IOException(why));
            }
        };
    }

    /** What the control socket asks for. */
    private final class Commands implements EngineCommands {
        @Override
        public CompletableFuture<EngineReport> status() {
            return report();
        }

        @Override
        public CompletableFuture<EngineReport> roll() {
            VolumeEngine running = engine;
            if (running == null) {
                throw new IllegalStateException("the engine has not started yet");
            }
            record.members().forEach(member -> running.roll(member.slot()));
            return report();
        }

        @Override
        public CompletableFuture<EngineReport> limit(long bytesPerSecond) {
            return link.machines()
                    .orElseThrow(() ->
                            new IllegalStateException(
                                    "plain sockets cannot be limited; the SAN is shared"))
                    .limit(bytesPerSecond)
                    .thenCompose(done -> report());
        }
    }

    private void fail(String why) {
        failure = why;
    }

    private CompletableFuture<EngineReport> report() {
        EngineReports reports =
                new EngineReports(record, epoch, shown.face(), new LinkReport(link, shown.peers()));
        VolumeEngine running = engine;
        String failed = failure;
        if (running == null) {
            return CompletableFuture.completedFuture(
                    failed == null ? reports.recovering(doing) : reports.failed(failed));
        }
        DiskFace open = face;
        String device = open == null ? "" : open.device();
        CompletableFuture<EngineStatus> status = new CompletableFuture<>();
        running.status(status::complete);
        return status.thenApply(now -> reports.of(now, device, failed));
    }

    /** Answers what is under way, then ends. */
    void close() {
        try {
            DiskFace open = face;
            if (open != null) {
                open.close();
            }
            VolumeEngine running = engine;
            if (running != null) {
                CountDownLatch closed = new CountDownLatch(1);
                running.close(closed::countDown);
                if (!closed.await(CLOSE_PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    log.warn("the engine did not close in {} s", CLOSE_PATIENCE_SECONDS);
                }
            }
            link.close();
            control.close();
        } catch (IOException e) {
            log.warn("the end was not clean", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
