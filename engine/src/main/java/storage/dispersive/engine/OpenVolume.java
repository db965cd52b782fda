package storage.dispersive.engine;

import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.disk.VirtualDisk;
import storage.dispersive.seal.VolumeKey;
import storage.dispersive.volume.EngineEnvironment;
import storage.dispersive.volume.EngineListener;
import storage.dispersive.volume.EngineSettings;
import storage.dispersive.volume.EngineStatus;
import storage.dispersive.volume.Member;
import storage.dispersive.volume.VolumeEngine;
import storage.dispersive.volume.VolumeSpec;
import storage.dispersive.volume.founding.KeyFetcher;
import storage.dispersive.volume.map.MapBudget;

/**
 * The engine of a volume in this process, with its key and its link, which end with it. {@link
 * #open} is called once; everything else from any thread.
 */
public final class OpenVolume implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(OpenVolume.class);

    /** Pods that are down may be started meanwhile, so this is as long as a request waits. */
    private static final long KEY_PATIENCE_MILLIS = 30_000;

    private static final long CLOSE_PATIENCE_SECONDS = 15;

    private final AttachedVolume volume;
    private final VolumeLink link;
    private final Bounds bounds;
    private final CompletableFuture<Void> serving = new CompletableFuture<>();
    private volatile String doing = "starting";
    private volatile @Nullable VolumeEngine engine;

    // The rest under the lock of this.
    private @Nullable VolumeKey key;
    private long sizeBytes;

    /** Why no engine is started any more. */
    private @Nullable String ended;

    /**
     * What an engine may use.
     *
     * @param maps of the process, which other volumes may use too
     */
    public record Bounds(EngineSettings settings, MapBudget maps) {

        /** Of the only volume of a process. */
        public static final Bounds ALONE =
                new Bounds(EngineSettings.defaults(), MapBudget.UNSHARED);
    }

    /** {@code link} leads to the pods of the volume, and is closed with this. */
    public OpenVolume(AttachedVolume volume, VolumeLink link) {
        this(volume, link, Bounds.ALONE);
    }

    /** The same beside other volumes. */
    public OpenVolume(AttachedVolume volume, VolumeLink link, Bounds bounds) {
        this.volume = volume;
        this.link = link;
        this.bounds = bounds;
        this.sizeBytes = volume.spec().sizeBytes();
    }

    public AttachedVolume volume() {
        return volume;
    }

    public VolumeLink link() {
        return link;
    }

    /**
     * Gets the key, from the pods if they have it, and starts the engine.
     *
     * @return the disk; requests wait until the engine serves
     */
    public VirtualDisk open() throws IOException {
        Optional<AttachedVolume.OwnKey> own = volume.key();
        VolumeKey opened = own.isPresent() ? own.get().read() : fetchKey();
        doing = "starting the engine";
        return start(opened).disk();
    }

    private synchronized VolumeEngine start(VolumeKey opened) throws IOException {
        String why = ended;
        if (why != null) {
            opened.close();
            throw new IOException(why);
        }
        key = opened;
        EngineEnvironment environment =
                new EngineEnvironment(
                        link.loop(),
                        link.connector(),
                        opened,
                        new SecureRandom(),
                        ByteBufAllocator.DEFAULT,
                        bounds.maps());
        VolumeSpec spec = volume.spec();
        VolumeEngine started =
                VolumeEngine.start(
                        new VolumeSpec(spec.id(), sizeBytes, spec.code(), spec.members()),
                        volume.epoch(),
                        environment,
                        bounds.settings().withRoll(link.rollPolicy()),
                        new Events());
        engine = started;
        return started;
    }

    private VolumeKey fetchKey() throws IOException {
        doing = "waiting for the volume's key from its storage pods";
        CompletableFuture<KeyFetcher.Result> fetched = new CompletableFuture<>();
        KeyFetcher.fetch(
                volume.spec(),
                link.loop(),
                link.connector(),
                KEY_PATIENCE_MILLIS,
                fetched::complete);
        return switch (fetched.join()) {
            case KeyFetcher.Result.Fetched(VolumeKey key) -> key;
            case KeyFetcher.Result.Failed(String why) -> throw new IOException(why);
        };
    }

    /** Is complete as soon as the engine serves; fails if it never will. */
    public CompletableFuture<Void> serving() {
        return serving.copy();
    }

    /**
     * The disk has grown. Whoever opens the volume next must know that already.
     *
     * @return complete when the disk has its new size
     */
    public synchronized CompletableFuture<Void> grow(long toBytes) {
        CompletableFuture<Void> grown = new CompletableFuture<>();
        sizeBytes = Math.max(sizeBytes, toBytes);
        VolumeEngine running = engine;
        if (running == null) {
            grown.complete(null);
        } else {
            running.grow(toBytes, () -> grown.complete(null));
        }
        return grown;
    }

    /** Another writer is known to be there: what is under way fails, and all that comes later. */
    public synchronized void giveWay(String to) {
        ended = "fenced by " + to;
        VolumeEngine running = engine;
        if (running != null) {
            running.giveWay(to);
        }
    }

    /** Begins to replace all connections by new ones; fails if there is no engine yet. */
    public void roll() {
        VolumeEngine running = engine;
        if (running == null) {
            throw new IllegalStateException("the engine has not started yet");
        }
        for (Member member : volume.spec().members()) {
            running.roll(member.slot());
        }
    }

    /** How the engine is, which shows its disk to nobody but this process. */
    public CompletableFuture<EngineReport> report() {
        return report("", "", null);
    }

    /**
     * How the engine is.
     *
     * @param face as which its disk is shown
     * @param device what programs open, or empty
     * @param failure of what is around the engine
     */
    public CompletableFuture<EngineReport> report(
            String face, String device, @Nullable String failure) {
        EngineReports reports = new EngineReports(volume, face, link);
        VolumeEngine running = engine;
        if (running == null) {
            return CompletableFuture.completedFuture(
                    failure == null ? reports.recovering(doing) : reports.failed(failure));
        }
        CompletableFuture<EngineStatus> status = new CompletableFuture<>();
        running.status(status::complete);
        return status.thenApply(now -> reports.of(now, device, failure));
    }

    /** What becomes of the engine. */
    private final class Events implements EngineListener {
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
    }

    /** Fails what is under way, and ends engine and connections. */
    @Override
    public void close() {
        VolumeEngine running;
        synchronized (this) {
            ended = "closed";
            running = engine;
        }
        try {
            if (running != null) {
                CountDownLatch closed = new CountDownLatch(1);
                running.close(closed::countDown);
                if (closed.await(CLOSE_PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    closeKey();
                } else {
                    log.warn("the engine did not close in {} s", CLOSE_PATIENCE_SECONDS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            link.close();
        }
    }

    private synchronized void closeKey() {
        VolumeKey used = key;
        key = null;
        if (used != null) {
            used.close();
        }
    }
}
