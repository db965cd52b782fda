package storage.dispersive.pod.app;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntSupplier;
import storage.dispersive.portion.Epoch;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.wire.Refusal;

/** Counts what the store does. Written on the loop's thread only, read by any. */
final class StoreMeters {

    /** Epochs of no more volumes are shown: a meter is never forgotten. */
    private static final int MAX_VOLUMES = 1024;

    private static final String PREFIX = "dispersive.pod.";

    private final MeterRegistry registry;
    private final Counter portionsAppended;
    private final Counter bytesAppended;
    private final Counter reads;
    private final Counter bytesRead;
    private final Timer syncs;
    private final Counter failedSyncs;
    private final Map<Refusal, Counter> refusals = new EnumMap<>(Refusal.class);
    private final Map<VolumeId, AtomicReference<Epoch>> fences = new HashMap<>();

    StoreMeters(MeterRegistry registry) {
        this.registry = registry;
        this.portionsAppended = registry.counter(PREFIX + "portions.appended");
        this.bytesAppended = registry.counter(PREFIX + "appended.bytes");
        this.reads = registry.counter(PREFIX + "reads");
        this.bytesRead = registry.counter(PREFIX + "read.bytes");
        this.syncs = registry.timer(PREFIX + "syncs");
        this.failedSyncs = registry.counter(PREFIX + "syncs.failed");
        for (Refusal reason : Refusal.values()) {
            String name = reason.name().toLowerCase(Locale.ROOT);
            refusals.put(reason, registry.counter(PREFIX + "refusals", "reason", name));
        }
    }

    /** Shows what the status says, and how many connections are open. */
    void show(PodStatus status, IntSupplier connections) {
        Gauge.builder(PREFIX + "free.bytes", status, PodStatus::freeBytes).register(registry);
        Gauge.builder(
                        PREFIX + "store.closed",
                        status,
                        s -> s.condition() instanceof PodCondition.StoreClosed ? 1 : 0)
                .register(registry);
        Gauge.builder(PREFIX + "connections", connections::getAsInt).register(registry);
    }

    void appended(long bytes) {
        portionsAppended.increment();
        bytesAppended.increment((double) bytes);
    }

    void read(long bytes) {
        reads.increment();
        bytesRead.increment((double) bytes);
    }

    void refused(Refusal reason) {
        Counter counter = refusals.get(reason);
        if (counter != null) {
            counter.increment();
        }
    }

    void synced(long nanos) {
        syncs.record(nanos, TimeUnit.NANOSECONDS);
    }

    void syncFailed() {
        failedSyncs.increment();
    }

    void fenced(VolumeId volume, Epoch epoch) {
        AtomicReference<Epoch> shown = fences.get(volume);
        if (shown != null) {
            shown.set(epoch);
        } else if (fences.size() < MAX_VOLUMES) {
            AtomicReference<Epoch> first = new AtomicReference<>(epoch);
            fences.put(volume, first);
            Tags tags = Tags.of("volume", volume.toString());
            registry.gauge(PREFIX + "fence.generation", tags, first, e -> e.get().generation());
            registry.gauge(PREFIX + "fence.run", tags, first, e -> e.get().run());
        }
    }
}
