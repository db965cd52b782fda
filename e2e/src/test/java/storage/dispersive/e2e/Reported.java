package storage.dispersive.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import storage.dispersive.api.v1alpha1.Condition;
import storage.dispersive.api.v1alpha1.Condition.Truth;
import storage.dispersive.api.v1alpha1.DispersivePool;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.api.v1alpha1.Portion;

/** What the status of a resource says. */
final class Reported {

    private Reported() {}

    static Condition condition(DispersiveVolume volume, String type) {
        return condition(volume.getStatus() == null ? null : volume.getStatus().conditions(), type);
    }

    static Condition condition(DispersivePool pool, String type) {
        return condition(pool.getStatus() == null ? null : pool.getStatus().conditions(), type);
    }

    private static Condition condition(@Nullable List<Condition> all, String type) {
        return Objects.requireNonNullElse(all, List.<Condition>of()).stream()
                .filter(it -> it.type().equals(type))
                .findFirst()
                .orElse(new Condition(type, Truth.UNKNOWN, null, "", "NotThere", "no condition"));
    }

    static Instant since(Condition condition) {
        return Instant.parse(condition.lastTransitionTime());
    }

    static List<Portion> portions(DispersiveVolume volume) {
        return volume.getStatus() == null
                ? List.of()
                : Objects.requireNonNullElse(volume.getStatus().portions(), List.of());
    }

    static long count(DispersiveVolume volume, Portion.State state) {
        return portions(volume).stream().filter(it -> it.state() == state).count();
    }

    /** The lives of disks that are admitted, by portion. */
    static List<@Nullable String> lives(DispersiveVolume volume) {
        return portions(volume).stream().<@Nullable String>map(Portion::incarnation).toList();
    }

    /** Waits until a volume can be attached and all its storage pods serve. */
    static DispersiveVolume awaitWhole(String namespace, String name) {
        Cluster.await(
                "volume " + name + " is whole",
                () -> {
                    DispersiveVolume volume = Cluster.volume(namespace, name);
                    assertHolds(condition(volume, "Ready"), Truth.TRUE);
                    assertHolds(condition(volume, "Degraded"), Truth.FALSE);
                    assertThat(portions(volume))
                            .allSatisfy(it -> {
                                assertThat(it.state()).isEqualTo(Portion.State.SERVING);
                                assertThat(it.bytes()).isNotNull();
                            });
                });
        return Cluster.volume(namespace, name);
    }

    static void assertHolds(Condition condition, Truth truth) {
        assertThat(condition.status()).as(condition.toString()).isEqualTo(truth);
    }

    static void assertHolds(Condition condition, Truth truth, String reason) {
        assertHolds(condition, truth);
        assertThat(condition.reason()).as(condition.toString()).isEqualTo(reason);
    }

    /** Nodes that portions are on. */
    static Set<String> nodes(DispersiveVolume volume) {
        return portions(volume).stream()
                .map(it -> Objects.requireNonNull(it.node()))
                .collect(Collectors.toSet());
    }
}
