package storage.dispersive.engine.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import storage.dispersive.durable.CheckedFile;
import storage.dispersive.portion.Epoch;
import storage.dispersive.portion.VolumeId;

/**
 * Counts the starts of engines on this node, for each volume. An epoch is durable before it is
 * given out and only ever grows, so none is used twice (rule 1 of {@code docs/protocol.md}), also
 * when a volume is detached and attached again: its file of some 60 bytes stays. If the directory
 * is lost, counting begins anew, and the pods refuse an epoch that they have seen.
 *
 * <p>Thread contract: any thread. One process at a time has the directory.
 */
final class Epochs {

    private static final String SUFFIX = ".epoch";

    private final Path directory;

    Epochs(Path directory) {
        this.directory = directory;
    }

    /**
     * The next epoch of a generation.
     *
     * @throws StaleGenerationException if the volume was served in a higher one
     */
    synchronized Epoch next(VolumeId volume, long generation) throws IOException {
        CheckedFile file = file(volume);
        Epoch last = last(file);
        checkNotStale(generation, last);
        long run = last.generation() == generation ? Math.addExact(last.run(), 1) : 1;
        file.replace(generation + " " + run + "\n");
        return new Epoch(generation, run);
    }

    /** Fails as {@link #next} would, and takes no number. */
    synchronized void check(VolumeId volume, long generation) throws IOException {
        checkNotStale(generation, last(file(volume)));
    }

    private static void checkNotStale(long generation, Epoch last) throws StaleGenerationException {
        if (generation < last.generation()) {
            throw new StaleGenerationException(generation, last.generation());
        }
    }

    private CheckedFile file(VolumeId volume) {
        return new CheckedFile(directory.resolve(volume + SUFFIX), "epoch", 1);
    }

    private static Epoch last(CheckedFile file) throws IOException {
        if (Files.notExists(file.path())) {
            return new Epoch(0, 0);
        }
        String[] numbers = file.read().strip().split(" ", -1);
        if (numbers.length != 2) {
            throw new IOException(file.path() + " holds no epoch");
        }
        try {
            return new Epoch(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]));
        } catch (NumberFormatException e) {
            throw new IOException(file.path() + " holds no epoch", e);
        }
    }

    /** This node has served the volume in a higher generation. */
    static final class StaleGenerationException extends IOException {
        private static final long serialVersionUID = 1;

        StaleGenerationException(long generation, long served) {
            super("generation " + generation + " is over: generation " + served + " was served");
        }
    }
}
