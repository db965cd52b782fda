package storage.dispersive.operator.identity;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What was written a moment ago, by namespace, while an informer does not show it yet. Guarded by
 * its owner.
 */
final class LastWritten<T extends HasMetadata> {

    /** By now an informer that hears anything has heard of it. */
    private static final long NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Map<String, Entry<T>> byNamespace = new HashMap<>();

    private record Entry<T>(T object, @Nullable String before, long time) {}

    /**
     * Remembers it.
     *
     * @param before what the informer showed then
     */
    void put(T object, @Nullable T before) {
        byNamespace.put(
                object.getMetadata().getNamespace(),
                new Entry<>(object, version(before), System.nanoTime()));
    }

    /** What was written if the informer still shows what was there before, else what it shows. */
    @Nullable T or(String namespace, @Nullable T shown) {
        Entry<T> entry = byNamespace.get(namespace);
        if (entry == null) {
            return shown;
        }
        boolean isNotHeardOf = Objects.equals(version(shown), entry.before());
        if (isNotHeardOf && System.nanoTime() - entry.time() < NANOS) {
            return entry.object();
        }
        byNamespace.remove(namespace);
        return shown;
    }

    private static @Nullable String version(@Nullable HasMetadata object) {
        return object == null ? null : object.getMetadata().getResourceVersion();
    }
}
