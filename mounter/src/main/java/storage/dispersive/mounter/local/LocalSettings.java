package storage.dispersive.mounter.local;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What a mounter of this machine works with.
 *
 * @param state the directory of connections, one below it for each volume; nobody else's
 * @param roots the directories beneath which volumes may be staged and published
 * @param keeper the socket of the own {@code DescriptorKeeper}
 * @param otherKeepers sockets of keepers that hold the same descriptors, and need not be there
 * @param statsLimit how long a disk may take to answer
 */
public record LocalSettings(
        Path state, List<Path> roots, Path keeper, List<Path> otherKeepers, Duration statsLimit) {

    public LocalSettings {
        roots = List.copyOf(roots);
        otherKeepers = List.copyOf(otherKeepers);
        if (roots.isEmpty()) {
            throw new IllegalArgumentException("there is no place where to mount");
        }
    }

    /** As it is asked to be on a node. */
    public static LocalSettings of(
            Path state, List<Path> roots, Path keeper, List<Path> otherKeepers) {
        return new LocalSettings(
                state, roots, keeper, otherKeepers, Duration.ofMillis(StatsProbe.LIMIT_MILLIS));
    }
}
