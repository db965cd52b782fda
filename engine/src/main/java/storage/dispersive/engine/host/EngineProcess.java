package storage.dispersive.engine.host;

import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.blockdevice.fuse.FuseSettings;
import storage.dispersive.blockdevice.fuse.SlotReserve;
import storage.dispersive.engine.control.ProcessReport;
import storage.dispersive.enrolment.VolumeIdentities;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.linux.keeper.DescriptorName;

/**
 * The engine process of a pod: serves the volumes of its node while it has the lock, gets them from
 * the process of an older pod, and hands them over to that of a newer one.
 *
 * <p>Thread contract: any thread. One thread of its own waits for the lock, and later for a
 * successor.
 */
final class EngineProcess implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EngineProcess.class);

    /** Maps get so many hundredths of the heap. */
    private static final int MAP_PERCENT = 60;

    private static final long LOOK_MILLIS = 200;

    /** The kernel may still be taking apart the process before this one, when that was killed. */
    private static final long FIRST_LOOK_MILLIS = 5;

    private static final long SETTLE_SECONDS = 60;

    private final HostSettings settings;
    private final HostMemory memory;
    private final ScheduledExecutorService clock;
    private final Loops loops;
    private final SlotReserve reserve;
    private final MapRoom maps;
    private final Keepers keepers;
    private final Identities identities;
    private final PodOrder pods;
    private final Claim claim;
    private final Thread thread;
    private final CountDownLatch closing = new CountDownLatch(1);

    /** Why the volumes were not handed over at the last time. */
    private String trouble = "";

    // Under the lock of this.
    private @Nullable Tenure tenure;
    private boolean handing;

    /** The time in which the process has the lock. */
    private record Tenure(
            StateLock lock, EngineHost host, Upkeep upkeep, SuccessorListener successors) {}

    private EngineProcess(HostSettings settings, HostMemory memory) {
        this.settings = settings;
        this.memory = memory;
        clock =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("clock").factory());
        loops = new Loops(Runtime.getRuntime().availableProcessors());
        reserve = SlotReserve.of(settings.slots(), FuseSettings.TRANSFER_LIMIT_BYTES);
        maps = new MapRoom(Runtime.getRuntime().maxMemory() / 100 * MAP_PERCENT);
        keepers = new Keepers(settings.keeper(), settings.secondKeeper());
        pods = new PodOrder(settings.state());
        identities =
                settings.enrolment()
                        .<Identities>map(it -> new EnrolledIdentities(VolumeIdentities.start(it)))
                        .orElseGet(() -> new FileIdentities(clock));
        claim = new Claim(settings, pods, keepers);
        thread = Thread.ofPlatform().daemon().name("tenure").unstarted(this::acquire);
    }

    /** Begins to serve, or to wait for whoever serves. */
    static EngineProcess start(HostSettings settings, HostMemory memory) throws IOException {
        Files.createDirectories(settings.state());
        EngineProcess process = new EngineProcess(settings, memory);
        process.pods.arrive(settings.pod());
        process.thread.start();
        return process;
    }

    /** Serves if this process has the lock; empty if another one has it. */
    synchronized Optional<EngineHost> host() {
        return Optional.ofNullable(tenure).map(Tenure::host);
    }

    /** Whether volumes would be lost or have to wait if this process ended now. */
    synchronized boolean isNeeded() {
        Tenure now = tenure;
        return handing || (now != null && !now.host().isEmpty());
    }

    /** Waits until nobody needs this process any more, at most so long. */
    synchronized void awaitNotNeeded(long mostMillis) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(mostMillis);
        try {
            while (isNeeded() && System.nanoTime() - deadline < 0) {
                wait(LOOK_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    ProcessReport report() {
        Runtime runtime = Runtime.getRuntime();
        return new ProcessReport(
                ProcessHandle.current().pid(),
                memory.lacksWith(loops),
                host().map(EngineHost::damaged).orElse(List.of()),
                settings.slots(),
                reserve.free(),
                reserve.lockedBytes(),
                maps.usedBytes(),
                maps.mostBytes(),
                runtime.totalMemory() - runtime.freeMemory(),
                runtime.maxMemory());
    }

    private void acquire() {
        Map<DescriptorName, Descriptor> inherited = new HashMap<>();
        long lookMillis = FIRST_LOOK_MILLIS;
        try {
            while (true) {
                Optional<StateLock> lock = StateLock.tryTake(settings.state());
                if (lock.isEmpty()) {
                    claim.isServed();
                    if (inherit(inherited)) {
                        return;
                    }
                } else if (claim.mayServe(inherited.keySet())) {
                    begin(lock.get(), inherited);
                    return;
                } else {
                    lock.get().close();
                }
                if (endsWithin(lookMillis)) {
                    return;
                }
                lookMillis = Math.min(LOOK_MILLIS, 2 * lookMillis);
            }
        } catch (IOException | RuntimeException e) {
            // Whoever starts it again, or the process before this one, goes on.
            log.error("the volumes of this node cannot be served", e);
            Runtime.getRuntime().halt(EngineHostMain.EXIT_FAILED);
        }
    }

    /** Gets the volumes from the process that has the lock; false if that does not give them. */
    private boolean inherit(Map<DescriptorName, Descriptor> inherited) throws IOException {
        HandOver call;
        try {
            call = HandOver.call(settings.state());
        } catch (IOException e) {
            isElsewhere(e);
            return false;
        }
        try (call) {
            try {
                call.ask(settings.pod(), inherited);
            } catch (IOException e) {
                isElsewhere(e);
                return false;
            }
            begin(StateLock.take(settings.state()), inherited);
            settle();
            try {
                call.ready();
            } catch (IOException e) {
                log.warn("the process before this one has ended: {}", e.getMessage());
            }
            return true;
        }
    }

    private void isElsewhere(IOException why) {
        String what = String.valueOf(why.getMessage());
        if (!what.equals(trouble)) {
            log.info("another process serves the volumes: {}", what);
        }
        trouble = what;
    }

    private boolean endsWithin(long millis) {
        try {
            return closing.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private void begin(StateLock lock, Map<DescriptorName, Descriptor> inherited)
            throws IOException {
        HostParts parts =
                new HostParts(
                        loops,
                        reserve,
                        maps,
                        keepers,
                        new Attachments(settings.state()),
                        new Epochs(settings.state()),
                        identities,
                        new Openers(settings.openers(), clock));
        pods.hold(settings.pod());
        EngineHost host = new EngineHost(parts);
        host.takeUp(inherited);
        inherited.values().forEach(Descriptor::close);
        inherited.clear();
        Upkeep upkeep = new Upkeep(host, keepers, clock);
        SuccessorListener successors = SuccessorListener.start(settings.state(), new Predecessor());
        synchronized (this) {
            tenure = new Tenure(lock, host, upkeep, successors);
            handing = false;
            notifyAll();
        }
        log.info("serves the volumes of this node");
    }

    /** All that can serve serve, and this pod's keepers hold what they need to be served again. */
    private void settle() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SETTLE_SECONDS);
        for (HostedVolume volume : host().map(EngineHost::all).orElse(List.of())) {
            volume.deposit(Keepers.Place.FIRST);
            volume.deposit(Keepers.Place.SECOND);
            try {
                long left = Math.max(0, deadline - System.nanoTime());
                var _ = volume.settled().get(left, TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                log.warn("volume {} does not serve yet", volume.descriptor());
            } catch (ExecutionException e) {
                throw new IllegalStateException("what never fails", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** What a successor makes this process do; on the listener's thread. */
    private final class Predecessor implements SuccessorListener.Old {

        @Override
        public boolean mayGoTo(String pod) throws IOException {
            return pods.isAfter(pod, settings.pod());
        }

        @Override
        public Map<DescriptorName, Descriptor> letGo() throws IOException {
            Tenure now;
            synchronized (EngineProcess.this) {
                now = tenure;
                tenure = null;
                handing = true;
            }
            if (now == null) {
                throw new IOException("this process is ending");
            }
            Map<DescriptorName, Descriptor> held = new HashMap<>();
            for (HostedVolume volume : now.host().all()) {
                volume.copyOfDescriptor().ifPresent(copy -> held.put(volume.descriptor(), copy));
            }
            now.upkeep().close();
            now.host().close();
            now.lock().close();
            return held;
        }

        @Override
        public void isReplaced() {
            log.info("a process of a newer pod serves the volumes");
            synchronized (EngineProcess.this) {
                handing = false;
                EngineProcess.this.notifyAll();
            }
        }

        @Override
        public void resume(Map<DescriptorName, Descriptor> held) throws IOException {
            log.warn("the successor did not serve; this process goes on");
            begin(StateLock.take(settings.state()), held);
        }
    }

    /** Serves no more; what is attached is taken up by a later process. */
    @Override
    public void close() throws IOException {
        closing.countDown();
        Tenure now;
        synchronized (this) {
            now = tenure;
            tenure = null;
            notifyAll();
        }
        if (now != null) {
            now.successors().close();
            now.upkeep().close();
            now.host().close();
            now.lock().close();
        }
        loops.close();
        clock.shutdownNow();
    }
}
