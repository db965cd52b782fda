package storage.dispersive.engine.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.blockdevice.fuse.FuseSession;
import storage.dispersive.blockdevice.fuse.FuseSettings;
import storage.dispersive.disk.DiskError;
import storage.dispersive.disk.VirtualDisk;
import storage.dispersive.engine.Isolation;
import storage.dispersive.engine.OpenVolume;
import storage.dispersive.engine.VolumeLink;
import storage.dispersive.engine.control.VolumeReport;
import storage.dispersive.engine.description.DescriptionException;
import storage.dispersive.engine.description.VolumeDescription;
import storage.dispersive.enrolment.Credentials;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.linux.keeper.DescriptorName;
import storage.dispersive.portion.Epoch;
import storage.dispersive.vnet.client.MachineDialer;
import storage.dispersive.volume.EngineSettings;

/**
 * One volume from being attached to being detached: gets its mount's descriptor, starts its engine,
 * again and again until that works, and has the mount served. Nothing here fails for another
 * volume.
 *
 * <p>Thread contract: any thread. Whoever changes it sees to it that nobody else does meanwhile;
 * reports and {@link #end} may come at any moment.
 */
final class HostedVolume {

    private static final Logger log = LoggerFactory.getLogger(HostedVolume.class);

    /** One reader; a slot of its own, and as many of the reserve as it may have. */
    private static final FuseSettings FUSE =
            new FuseSettings(1, 32, FuseSettings.TRANSFER_LIMIT_BYTES, 5_000);

    /** A volume whose pods are away keeps others from being started for so long, once. */
    private static final long OPENER_MILLIS = 5_000;

    private static final long FIRST_PAUSE_MILLIS = 200;
    private static final long MOST_PAUSE_MILLIS = 10_000;
    private static final long REPORT_MILLIS = 2_000;

    /** The process's room for maps is the bound, and not one for each. */
    private static final EngineSettings ENGINE =
            EngineSettings.defaults().withMapBudget(Long.MAX_VALUE);

    private final HostParts parts;
    private final String id;

    /** Held while something is deposited, so that nothing is after the end. */
    private final Object deposits = new Object();

    private final CompletableFuture<Void> settled = new CompletableFuture<>();

    // Under the lock of this.
    private Attachment attachment;
    private @Nullable Descriptor connection;
    private @Nullable Opened opened;
    private @Nullable FuseSession session;
    private String problem = "waiting for its turn";
    private boolean ended;
    private int attempts;

    /** An engine with what ends with it. */
    private record Opened(OpenVolume volume, VolumeIdentity identity, MapRoom.Share maps) {
        void close() {
            identity.close();
            volume.close();
            maps.close();
        }
    }

    /**
     * A volume that is not begun yet.
     *
     * @param connection the mount's descriptor, which is this volume's from now on; null if the
     *     keepers are to be asked
     */
    HostedVolume(HostParts parts, Attachment attachment, @Nullable Descriptor connection) {
        this.parts = parts;
        this.attachment = attachment;
        this.connection = connection;
        this.id = attachment.id().toString();
    }

    synchronized Attachment attachment() {
        return attachment;
    }

    DescriptorName descriptor() {
        return new DescriptorName(attachment().descriptor());
    }

    void begin() {
        parts.openers().take(this::open);
    }

    private void open() {
        try {
            openNow();
        } catch (IOException | DescriptionException | UncheckedIOException e) {
            again(e);
        } catch (RuntimeException e) {
            log.error("volume {} met a fault of this program", id, e);
            again(e);
        }
    }

    private void again(Exception why) {
        long pause;
        synchronized (this) {
            if (ended) {
                return;
            }
            String what = why.getMessage() == null ? why.toString() : why.getMessage();
            if (!what.equals(problem)) {
                log.warn("volume {} is not served yet: {}", id, what);
            }
            problem = what;
            pause = Math.min(MOST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(attempts, 10));
            attempts++;
        }
        parts.openers().takeLater(pause, this::open);
    }

    private void openNow() throws IOException {
        Attachment wanted = attachment();
        Descriptor device = device();
        if (wanted.fencedBy() > 0) {
            show(device, new EndedDisk(wanted.sizeBytes(), DiskError.FENCED));
            settled.complete(null);
            return;
        }
        Opened made = make(wanted.volume(), identity(wanted.volume()));
        try {
            show(device, made.volume().open());
        } catch (IOException | RuntimeException e) {
            synchronized (this) {
                opened = null;
            }
            made.close();
            throw e;
        }
        deposit(Keepers.Place.SECOND);
        awaitServing(made.volume());
    }

    /** The mount's descriptor, got from its keepers once. */
    private Descriptor device() throws IOException {
        synchronized (this) {
            if (connection != null) {
                return connection;
            }
        }
        Optional<Descriptor> kept = parts.keepers().fetch(descriptor());
        if (kept.isEmpty()) {
            throw new IOException(
                    "no keeper holds " + descriptor() + ": its mount cannot be served any more");
        }
        synchronized (this) {
            if (ended) {
                kept.get().close();
                throw new IOException("detached");
            }
            connection = kept.get();
            return kept.get();
        }
    }

    /** Who is somebody already; that may take a while. */
    private VolumeIdentity identity(VolumeDescription volume) {
        VolumeIdentity identity = parts.identities().of(volume);
        try {
            var _ = identity.credentials();
            return identity;
        } catch (RuntimeException e) {
            identity.close();
            throw e;
        }
    }

    /** An engine in a new epoch, not started yet. */
    private synchronized Opened make(VolumeDescription volume, VolumeIdentity identity)
            throws IOException {
        if (ended) {
            identity.close();
            throw new IOException("detached");
        }
        Credentials credentials = identity.credentials();
        Epoch epoch = parts.epochs().next(volume.spec().id(), volume.generation());
        VolumeLink link = volume.link(credentials, parts.loops().take());
        identity.follow(link::become);
        MapRoom.Share maps = parts.maps().share();
        OpenVolume open =
                new OpenVolume(volume.attached(epoch), link, new OpenVolume.Bounds(ENGINE, maps));
        limit(link, attachment.bytesPerSecond());
        var _ = open.serving().whenComplete((_, _) -> settled.complete(null));
        Opened made = new Opened(open, identity, maps);
        opened = made;
        problem = "waiting for storage pods";
        return made;
    }

    private static void limit(VolumeLink link, long bytesPerSecond) {
        Optional<MachineDialer> machines = link.machines();
        if (bytesPerSecond > 0 && machines.isPresent()) {
            var _ = machines.get().limit(bytesPerSecond);
        }
    }

    /** From now on requests are read; they wait until the engine serves. */
    private synchronized void show(Descriptor device, VirtualDisk disk) throws IOException {
        if (ended) {
            throw new IOException("detached");
        }
        FuseSession before = session;
        if (before != null) {
            // An engine that failed before it was started has had none.
            throw new IllegalStateException("two sessions of one mount");
        }
        Descriptor own = device.duplicate();
        // Also the first time: who attached the volume before may have been another process.
        session =
                FuseSession.isTakeoverAvailable()
                        ? FuseSession.adopt(own, disk, FUSE, parts.reserve())
                        : FuseSession.serve(own, disk, FUSE, parts.reserve());
        problem = "";
    }

    private void awaitServing(OpenVolume volume) {
        try {
            var _ = volume.serving().get(OPENER_MILLIS, TimeUnit.MILLISECONDS);
            log.info("volume {} serves in epoch {}", id, volume.volume().epoch());
        } catch (TimeoutException e) {
            log.warn("volume {} does not serve yet; others are started", id);
        } catch (ExecutionException e) {
            // Its state says so, and who heard it has logged it.
            log.debug("volume {} will not serve", id, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Complete when it serves or never will; fails never. */
    CompletableFuture<Void> settled() {
        return settled.copy();
    }

    boolean isIsolated() {
        return attachment().volume().isolation() == Isolation.ISOLATED;
    }

    /** Gives a keeper the descriptor, if there is one already. */
    void deposit(Keepers.Place place) {
        synchronized (deposits) {
            Optional<Descriptor> copy = copyOfDescriptor();
            if (copy.isPresent()) {
                try (Descriptor held = copy.get()) {
                    parts.keepers().deposit(place, descriptor(), held);
                }
            }
        }
    }

    /** A duplicate of the mount's descriptor, which is the caller's. */
    synchronized Optional<Descriptor> copyOfDescriptor() {
        Descriptor held = connection;
        if (held == null || ended) {
            return Optional.empty();
        }
        try {
            return Optional.of(held.duplicate());
        } catch (IOException e) {
            log.warn("the descriptor of volume {} cannot be duplicated: {}", id, e.getMessage());
            return Optional.empty();
        }
    }

    /** What was asked for is changed, durably first. */
    void change(Attachment next) throws IOException {
        parts.attachments().write(next);
        synchronized (this) {
            attachment = next;
        }
    }

    /** The disk has grown; {@link #change} has said so. */
    void grow(long sizeBytes) throws IOException {
        Opened now;
        FuseSession shown;
        synchronized (this) {
            now = opened;
            shown = session;
        }
        if (now != null) {
            now.volume().grow(sizeBytes).orTimeout(REPORT_MILLIS, TimeUnit.MILLISECONDS).join();
        }
        if (shown != null) {
            shown.announceSize();
        }
    }

    /** It is attached elsewhere; {@link #change} has said so. */
    void giveWay(long toGeneration) {
        withEngine(engine -> engine.giveWay("generation " + toGeneration));
    }

    /** Replaces all connections; false if there is no engine yet. */
    boolean roll() {
        return withEngine(OpenVolume::roll);
    }

    void limit(long bytesPerSecond) {
        withEngine(engine -> {
            Optional<MachineDialer> machines = engine.link().machines();
            if (machines.isPresent()) {
                machines.get()
                        .limit(bytesPerSecond)
                        .orTimeout(REPORT_MILLIS, TimeUnit.MILLISECONDS)
                        .join();
            }
        });
    }

    private boolean withEngine(Consumer<OpenVolume> action) {
        Opened now;
        synchronized (this) {
            now = opened;
        }
        if (now != null) {
            action.accept(now.volume());
        }
        return now != null;
    }

    VolumeReport report() {
        VolumeSight sight;
        synchronized (this) {
            sight =
                    new VolumeSight(
                            attachment, opened == null ? null : opened.volume(), session, problem);
        }
        return sight.report();
    }

    /** What becomes of requests that the pods do not let be answered in time. */
    enum Rest {
        /** They fail: nobody uses the volume any more, or should. */
        FAILS,
        /** The kernel keeps them for the next process. */
        STAYS
    }

    /** Answers what is under way, as far as the pods let it, and serves no more. */
    void end(Rest rest) {
        Opened now;
        FuseSession shown;
        Descriptor held;
        synchronized (this) {
            ended = true;
            now = opened;
            shown = session;
            held = connection;
            connection = null;
        }
        if (shown != null) {
            switch (rest) {
                case FAILS -> shown.close();
                case STAYS -> shown.leave();
            }
        }
        if (now != null) {
            now.close();
        }
        synchronized (deposits) {
            if (held != null) {
                held.close();
            }
        }
        settled.complete(null);
    }
}
