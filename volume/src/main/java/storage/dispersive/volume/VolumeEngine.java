package storage.dispersive.volume;

import io.netty.buffer.ByteBufAllocator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import storage.dispersive.disk.DiskError;
import storage.dispersive.disk.VirtualDisk;
import storage.dispersive.loop.EventLoop;
import storage.dispersive.portion.Epoch;
import storage.dispersive.portion.RunId;
import storage.dispersive.seal.RunKey;
import storage.dispersive.volume.keys.RunKeys;
import storage.dispersive.volume.log.CommitPipeline;
import storage.dispersive.volume.log.Disperser;
import storage.dispersive.volume.log.LogWriter;
import storage.dispersive.volume.map.BlockMap;
import storage.dispersive.volume.map.MapBudget;
import storage.dispersive.volume.map.StripeTable;
import storage.dispersive.volume.pods.PodLink;
import storage.dispersive.volume.pods.Pods;
import storage.dispersive.volume.pods.Tenure;
import storage.dispersive.volume.read.BlockReader;
import storage.dispersive.volume.read.ReadContext;
import storage.dispersive.volume.recovery.Recovery;

/**
 * One writer's tenure of one volume: fences, recovers, then serves until it is closed or fenced
 * out.
 *
 * <p>Its public methods may be called from any thread; everything else happens on the loop.
 */
public final class VolumeEngine {

    private static final long TICK_MILLIS = 250;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final VolumeSpec spec;
    private final Tenure tenure;
    private final EngineSettings settings;
    private final EventLoop loop;
    private final ByteBufAllocator buffers;
    private final EngineListener listener;
    private final MapBudget maps;
    private final RunKeys keys;
    private final Pods pods;
    private final CommitPipeline pipeline;
    private final BlockMap map;
    private final StripeTable stripes = new StripeTable();
    private final BlockReader reader;
    private final RunKey runKey;
    private final Recovery recovery;
    private final EngineDisk disk;
    private EngineState state = EngineState.RECOVERING;
    private String detail = "waiting for storage pods";
    private @Nullable LogWriter writer;

    private VolumeEngine(
            VolumeSpec spec,
            Epoch epoch,
            EngineEnvironment environment,
            EngineSettings settings,
            EngineListener listener) {
        this.spec = spec;
        this.settings = settings;
        this.loop = environment.loop();
        this.buffers = environment.buffers();
        this.listener = listener;
        this.maps = environment.maps();
        disk = new EngineDisk(spec.sizeBytes(), loop);
        RunId run = new RunId(environment.random().nextLong(), environment.random().nextLong());
        tenure = new Tenure(spec.id(), epoch, run);
        keys = new RunKeys(spec.id(), environment.key());
        runKey = environment.key().forRun(spec.id(), run);
        pods =
                new Pods(
                        spec.members(),
                        tenure,
                        loop,
                        environment.connector(),
                        environment.random(),
                        settings.roll(),
                        new PodEvents());
        var disperser = new Disperser(tenure, runKey, buffers);
        pipeline = new CommitPipeline(loop, settings, spec.code(), pods, disperser);
        map = new BlockMap(spec.blocks());
        reader = new BlockReader(new ReadContext(loop, settings, pods, keys), map, stripes);
        var subject = new Recovery.Subject(spec, tenure, keys, pods, pipeline, map, stripes);
        recovery = new Recovery(subject, settings, loop, buffers, new RecoveryEvents());
    }

    /**
     * Starts an engine.
     *
     * @param epoch above every epoch that ever wrote the volume
     * @param listener called on the loop
     */
    public static VolumeEngine start(
            VolumeSpec spec,
            Epoch epoch,
            EngineEnvironment environment,
            EngineSettings settings,
            EngineListener listener) {
        var engine = new VolumeEngine(spec, epoch, environment, settings, listener);
        environment.loop().execute(engine::begin);
        return engine;
    }

    /** The disk. Requests wait until the engine serves, at most the time that requests may. */
    public VirtualDisk disk() {
        return disk;
    }

    /** Describes the engine; {@code sink} is called on the loop. */
    public void status(Consumer<EngineStatus> sink) {
        loop.execute(() -> sink.accept(status()));
    }

    /**
     * Replaces the sessions with the pod in {@code slot} by new ones, which are ready before the
     * old ones go.
     */
    public void roll(int slot) {
        loop.execute(() -> {
            if (isRunning()) {
                pods.link(slot).roll();
            }
        });
    }

    /**
     * The disk has grown to so many bytes. Whoever starts the next engine must have learned that
     * before, or that one would leave out what is written beyond the old end.
     *
     * @param grown run on the loop
     */
    public void grow(long sizeBytes, Runnable grown) {
        if (sizeBytes % VirtualDisk.BLOCK_BYTES != 0) {
            throw new IllegalArgumentException("a size of " + sizeBytes);
        }
        loop.execute(() -> {
            if (sizeBytes > disk.sizeBytes()) {
                map.grow(sizeBytes / VirtualDisk.BLOCK_BYTES);
                disk.grow(sizeBytes);
            }
            grown.run();
        });
    }

    /**
     * Ends as if a pod had said that another writer is there: somebody knows it already.
     *
     * @param by for people
     */
    public void giveWay(String by) {
        loop.execute(() -> fencedOut(by));
    }

    private void fencedOut(String by) {
        if (isRunning()) {
            end(EngineState.FENCED, "fenced by another writer: " + by, DiskError.FENCED);
            listener.fenced(by);
        }
    }

    /** Fails what is under way and ends; {@code closed} is run on the loop. */
    public void close(Runnable closed) {
        loop.execute(() -> {
            if (isRunning()) {
                end(EngineState.CLOSED, "closed", DiskError.CLOSED);
            }
            closed.run();
        });
    }

    private void begin() {
        pods.start();
        loop.schedule(TICK_MILLIS, this::tick);
    }

    private boolean isRunning() {
        return switch (state) {
            case RECOVERING, SERVING -> true;
            case FENCED, FAILED, CLOSED -> false;
        };
    }

    private void tick() {
        if (!isRunning()) {
            return;
        }
        long now = loop.nanoTime();
        if (writer != null) {
            writer.failOverdue(now);
        }
        disk.failOverdue(now, settings.ioTimeoutMillis() * NANOS_PER_MILLI);
        loop.schedule(TICK_MILLIS, this::tick);
    }

    private void serve(LogWriter.LogEnd logEnd) {
        LogWriter log =
                new LogWriter(
                        loop,
                        settings,
                        spec.code(),
                        runKey,
                        buffers,
                        map,
                        stripes,
                        pipeline,
                        maps,
                        logEnd);
        writer = log;
        pipeline.deliverTo(log);
        state = EngineState.SERVING;
        detail = "";
        listener.serving();
        disk.serve(new SectorAccess(reader, log));
    }

    private void fail(String why) {
        end(EngineState.FAILED, why, DiskError.IO);
        listener.failed(why);
    }

    private void end(EngineState last, String why, DiskError error) {
        state = last;
        detail = why;
        recovery.close();
        pods.close();
        pipeline.close();
        if (writer != null) {
            writer.failAll(error);
        }
        reader.failAll(error);
        disk.end(error);
        keys.close();
        runKey.close();
    }

    private EngineStatus status() {
        LogWriter.LogEnd logEnd = writer == null ? new LogWriter.LogEnd(0, 0, 0) : writer.end();
        return new EngineStatus(
                state,
                detail,
                tenure.epoch(),
                logEnd.nextSeq(),
                logEnd.committedThrough(),
                pods.upCount() - spec.podsNeeded(),
                map.mappedBlocks(),
                map.memoryBytes() + stripes.memoryBytes(),
                writer == null ? 0 : writer.takeLongestCommitMillis(),
                pipeline.dispersedAgain(),
                reader.reconstructed(),
                pods.status());
    }

    /** What the pods do. */
    private final class PodEvents implements PodLink.Events {
        @Override
        public void up(PodLink link) {
            if (state == EngineState.RECOVERING) {
                recovery.podUp(link);
            }
            pipeline.podUp();
        }

        @Override
        public void down(PodLink link) {
            // Its appends are lost, which disperses their stripes again.
        }

        @Override
        public void wiped(PodLink link) {
            if (state == EngineState.RECOVERING) {
                spec.whyNotServable(pods.wiped()).ifPresent(VolumeEngine.this::fail);
            }
        }

        @Override
        public void fencedOut(PodLink link, String by) {
            VolumeEngine.this.fencedOut(by);
        }
    }

    /** What becomes of the recovery. */
    private final class RecoveryEvents implements Recovery.Listener {
        @Override
        public void recovered(long nextSeq, long segment) {
            if (state == EngineState.RECOVERING) {
                serve(new LogWriter.LogEnd(nextSeq, nextSeq - 1, segment));
            }
        }

        @Override
        public void isAt(String what) {
            detail = what;
        }
    }
}
