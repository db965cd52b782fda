package storage.dispersive.pod.store;

import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.loop.EventLoop;
import storage.dispersive.pod.disk.Disk;
import storage.dispersive.pod.disk.IoCompletion;
import storage.dispersive.portion.Epoch;
import storage.dispersive.portion.Incarnation;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodReply.Refused;
import storage.dispersive.wire.PodRequest;
import storage.dispersive.wire.Refusal;

/**
 * Keeps portions of many volumes in one directory and answers for them. All methods are called on
 * the loop's thread, and answers are given there, at once or later, each request's once.
 *
 * <p>What it acknowledged it holds after a crash at any instruction; what it cannot vouch for it
 * says. The first failed write or sync closes it for good, and every request after that is {@link
 * Refusal#STORE_CLOSED}. The files are described in {@code docs/store-format.md}, the rules in
 * {@code docs/protocol.md}.
 */
public final class PortionStore {

    private static final Logger LOG = LoggerFactory.getLogger(PortionStore.class);

    private final Environment environment;
    private final Incarnation incarnation;
    private final Map<VolumeId, Volume> volumes;
    private final Map<VolumeId, String> quarantined;
    private final Map<VolumeId, Volume> forgetting = new HashMap<>();
    private final Appender appender;
    private final FenceKeeper fences;
    private final PortionReader reader;
    private final Retirement retirement;

    private PortionStore(Environment environment, StoreOpening opening, Incarnation incarnation) {
        this.environment = environment;
        this.incarnation = incarnation;
        this.volumes = opening.volumes();
        this.quarantined = opening.quarantined();
        this.appender = new Appender(environment, incarnation);
        this.fences = new FenceKeeper(environment);
        this.reader = new PortionReader(environment);
        this.retirement = new Retirement(environment);
        environment.latch().onFall(this::fail);
    }

    /**
     * Opens the store of {@code pod}, or founds it if the directory is empty.
     *
     * @param random draws the incarnation and the ids of file uses; a secure one in production
     */
    public static PortionStore open(
            Disk disk, PodIdentity pod, EventLoop loop, StoreLimits limits, RandomGenerator random)
            throws StoreException {
        return openWithRules(disk, pod, loop, limits, random, StoreRule.all());
    }

    /** The same for simulations, which may leave rules out to see what they prevent. */
    public static PortionStore openWithRules(
            Disk disk,
            PodIdentity pod,
            EventLoop loop,
            StoreLimits limits,
            RandomGenerator random,
            Set<StoreRule> rules)
            throws StoreException {
        Environment environment = Environment.of(disk, loop, limits, rules, random);
        StoreOpening opening = new StoreOpening(environment, pod);
        Incarnation incarnation = opening.run();
        environment.spares().refill();
        return new PortionStore(environment, opening, incarnation);
    }

    public Incarnation incarnation() {
        return incarnation;
    }

    /** Whether an error of the disk, or {@link #close}, has ended it. */
    public boolean isClosed() {
        return environment.latch().hasFallen();
    }

    /**
     * Answers one request.
     *
     * @param request its buffers are released here
     * @param reply called once; the buffers of what it gets are its own to release
     */
    public void handle(PodRequest request, Consumer<PodReply> reply) {
        try {
            IOException cause = environment.latch().cause();
            if (cause != null) {
                reply.accept(Answers.failed(cause));
            } else {
                dispatch(request, reply);
            }
        } finally {
            if (request instanceof PodRequest.Append append) {
                ReferenceCountUtil.release(append.portion());
            }
        }
    }

    /** Ends it: what is under way is answered as closed, and the directory is given back. */
    public void close() {
        if (!isClosed()) {
            IOException cause = new IOException("the pod shuts down");
            environment.latch().fallSilently(cause);
            failVolumes(cause);
        }
        release();
    }

    /**
     * Ends it as the death of its process would: nothing is answered any more. For simulations,
     * which then open another store over the same disk.
     */
    public void halt() {
        environment.latch().fallSilently(new IOException("the store was halted"));
        release();
    }

    private void release() {
        environment.files().closeAll();
        environment.disk().close();
        environment.staging().release();
    }

    private void fail(IOException cause) {
        LOG.error("The store closed itself: {}", cause.toString());
        failVolumes(cause);
    }

    private void failVolumes(IOException cause) {
        volumes.values().forEach(volume -> volume.fail(cause));
        forgetting.values().forEach(volume -> volume.fail(cause));
    }

    private void dispatch(PodRequest request, Consumer<PodReply> reply) {
        VolumeId id = request.volume();
        String why = quarantined.get(id);
        if (why != null) {
            reply.accept(Refused.because(Refusal.CORRUPT, why));
            return;
        }
        if (forgetting.containsKey(id)) {
            reply.accept(Refused.because(Refusal.BUSY, "the volume is being deleted"));
            return;
        }
        Volume volume = volumes.get(id);
        try {
            switch (request) {
                case PodRequest.Found found -> found(volume, found, reply);
                case PodRequest.Describe any -> reply.accept(describe(volume));
                case PodRequest.Forget forget -> forget(volume, forget, reply);
                default -> dispatchToVolume(volume, request, reply);
            }
        } catch (IOException e) {
            environment.latch().fall(e);
            reply.accept(Answers.failed(e));
        }
    }

    private void dispatchToVolume(
            @Nullable Volume volume, PodRequest request, Consumer<PodReply> reply)
            throws IOException {
        if (volume == null) {
            reply.accept(Refused.because(Refusal.UNKNOWN_VOLUME, "not founded here"));
            return;
        }
        Refused refused = refuseIncarnation(request);
        if (refused != null) {
            reply.accept(refused);
            return;
        }
        switch (request) {
            case PodRequest.Fence fence -> fences.fence(volume, fence, reply);
            case PodRequest.ListHeaders list -> reader.list(volume, list, reply);
            case PodRequest.Append append -> appender.append(volume, append, reply);
            case PodRequest.ReadUnits read -> reader.read(volume, read, reply);
            case PodRequest.DeleteSegments delete -> delete(volume, delete, reply);
            case PodRequest.KeepShare keep -> keepShare(volume, keep, reply);
            case PodRequest.FetchShare any -> reply.accept(share(volume));
            case PodRequest.Found any -> throw new AssertionError(any);
            case PodRequest.Describe any -> throw new AssertionError(any);
            case PodRequest.Forget any -> throw new AssertionError(any);
        }
    }

    private @Nullable Refused refuseIncarnation(PodRequest request) {
        Incarnation named =
                switch (request) {
                    case PodRequest.Fence fence -> fence.incarnation();
                    case PodRequest.ListHeaders list -> list.incarnation();
                    case PodRequest.Append append -> append.incarnation();
                    case PodRequest.ReadUnits read -> read.incarnation();
                    case PodRequest.DeleteSegments delete -> delete.incarnation();
                    case PodRequest.KeepShare keep -> keep.incarnation();
                    case PodRequest.FetchShare fetch -> fetch.incarnation();
                    case PodRequest.Forget forget -> forget.incarnation();
                    case PodRequest.Found any -> incarnation;
                    case PodRequest.Describe any -> incarnation;
                };
        return named.equals(incarnation) || !environment.enforces(StoreRule.INCARNATION_CHECKED)
                ? null
                : Refused.because(
                        Refusal.OTHER_INCARNATION,
                        "meant for incarnation " + named + ", and this is " + incarnation);
    }

    private void found(@Nullable Volume known, PodRequest.Found request, Consumer<PodReply> reply) {
        if (known != null) {
            VolumeRecord record = known.record();
            if (record.slot() == request.slot() && record.code().equals(request.code())) {
                awaitFounded(known, reply);
            } else {
                reply.accept(
                        Refused.because(
                                Refusal.CONFLICT,
                                "here is slot " + record.slot() + " of " + record.code()));
            }
            return;
        }
        if (volumes.size() + forgetting.size() >= environment.limits().maxVolumes()) {
            reply.accept(
                    Refused.because(
                            Refusal.NO_SPACE,
                            "the store takes " + environment.limits().maxVolumes() + " volumes"));
            return;
        }
        VolumeRecord record =
                VolumeRecord.founded(request.volume(), request.slot(), request.code());
        Volume volume = new Volume(environment, VolumeState.create(environment, record));
        volumes.put(request.volume(), volume);
        awaitFounded(volume, reply);
    }

    private void awaitFounded(Volume volume, Consumer<PodReply> reply) {
        volume.state()
                .awaitDurable(
                        new IoCompletion() {
                            @Override
                            public void done() {
                                reply.accept(new PodReply.Founded(incarnation));
                            }

                            @Override
                            public void failed(IOException cause) {
                                if (!volume.state().isOnDisk()) {
                                    volumes.remove(volume.id(), volume);
                                }
                                reply.accept(Answers.failed(cause));
                            }
                        });
    }

    private PodReply describe(@Nullable Volume volume) throws IOException {
        long free = environment.space().freeForStripesBytes(environment.spares().bytes());
        return volume == null
                ? new PodReply.Description(
                        incarnation, PodReply.Presence.UNKNOWN, Epoch.ZERO, 0, 0, free)
                : new PodReply.Description(
                        incarnation,
                        PodReply.Presence.FOUNDED,
                        volume.record().fence(),
                        volume.durablePortions(),
                        volume.allocatedBytes(),
                        free);
    }

    private void forget(
            @Nullable Volume volume, PodRequest.Forget request, Consumer<PodReply> reply) {
        Refused refused = refuseIncarnation(request);
        if (refused != null) {
            reply.accept(refused);
        } else if (volume == null) {
            reply.accept(new PodReply.Forgotten());
        } else if (request.epoch().isBelow(volume.record().fence())) {
            reply.accept(Answers.fenced(volume.record().fence(), "a higher epoch has fenced"));
        } else {
            volumes.remove(volume.id());
            forgetting.put(volume.id(), volume);
            retirement.forget(volume, reply, () -> forgetting.remove(volume.id()));
        }
    }

    private void delete(
            Volume volume, PodRequest.DeleteSegments request, Consumer<PodReply> reply) {
        Epoch fence = volume.record().fence();
        if (request.epoch().isBelow(fence)) {
            reply.accept(Answers.fenced(fence, "epoch " + request.epoch() + " was fenced off"));
        } else if (request.epoch().isAbove(fence)) {
            reply.accept(Answers.invalid("fence with " + request.epoch() + " before deleting"));
        } else {
            retirement.deleteSegments(volume, request, reply);
        }
    }

    private void keepShare(Volume volume, PodRequest.KeepShare request, Consumer<PodReply> reply) {
        VolumeRecord record = volume.record();
        if (!record.hasShare()) {
            volume.state()
                    .change(
                            record.withShare(request.share()),
                            Answers.when(reply, new PodReply.ShareKept()));
        } else if (record.sameShare(request.share())) {
            volume.state().awaitDurable(Answers.when(reply, new PodReply.ShareKept()));
        } else {
            reply.accept(Refused.because(Refusal.CONFLICT, "another share is kept"));
        }
    }

    private static PodReply share(Volume volume) {
        VolumeRecord record = volume.record();
        return record.hasShare()
                ? new PodReply.Share(record.share().clone())
                : Refused.because(Refusal.NOT_FOUND, "no share is kept");
    }
}
