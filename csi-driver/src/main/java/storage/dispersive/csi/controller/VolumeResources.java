package storage.dispersive.csi.controller;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import storage.dispersive.csi.controller.StoredVolume.Origin;
import storage.dispersive.csi.controller.StoredVolume.Shape;
import storage.dispersive.csi.volume.ByteSize;
import storage.dispersive.csi.volume.Refusal;
import storage.dispersive.csi.volume.VolumeHandle;

/**
 * Where volumes are written down, and made true by somebody else. Safe for use by many threads, and
 * by many processes: changes are by compare-and-set. Every method may throw {@link
 * ResourceException}.
 */
public interface VolumeResources {

    Optional<StoredVolume> find(VolumeHandle handle);

    /** Writes down a new one; overtaken if there is one of that name. */
    Written insert(NewVolume volume);

    /** Changes the one that was seen; overtaken if it is another one, or has changed, since. */
    Written change(StoredVolume seen, Change change);

    /** Has exactly the one that was seen removed; that takes time. Nothing if it is gone. */
    void remove(StoredVolume seen);

    /**
     * Waits until a volume is as it should be, woken by its changes.
     *
     * @param enough called with each state that is seen, on any thread
     * @param patience how long at most
     */
    Sight await(VolumeHandle handle, Predicate<StoredVolume> enough, Duration patience);

    /** Some volumes, those that are being removed too; {@link Refusal.Stale} for a bad token. */
    Page list(PageWish wish);

    /** What a pool has left, redundancy included. */
    Room roomIn(Layout.InPool pool);

    /** Whether there is a node of that name. */
    boolean isNode(NodeName node);

    /** To be written down. */
    record NewVolume(VolumeHandle handle, Origin.Created origin, Shape shape, Claimant claimant) {}

    /**
     * For whom a volume is made, for people who look at its resource.
     *
     * @param text such as the claim's namespace and name; empty if that is not known
     */
    record Claimant(String text) {}

    /** One change. */
    sealed interface Change {

        record Hold(Holding holding) implements Change {}

        record Grow(ByteSize size) implements Change {}

        record Limit(Limits limits) implements Change {}
    }

    /** What came of a change. */
    sealed interface Written {

        /** This is there now. */
        record Now(StoredVolume volume) implements Written {}

        /** Somebody was faster; look again. */
        record Overtaken() implements Written {}
    }

    /** What was seen last. */
    sealed interface Sight {

        /** It is as it should be. */
        record Enough(StoredVolume volume) implements Sight {}

        /** It was not in time. */
        record Late(StoredVolume volume) implements Sight {}

        /** There is none. */
        record Missing() implements Sight {}
    }

    /**
     * Which volumes.
     *
     * @param most so many; 0 for all
     * @param token where the last page ended; empty for the first
     */
    record PageWish(int most, String token) {}

    /**
     * Some volumes.
     *
     * @param next the token of the next page; empty if there is none
     */
    record Page(List<StoredVolume> volumes, String next) {

        public Page {
            volumes = List.copyOf(volumes);
        }
    }

    /** What is left. */
    record Room(ByteSize free) {}
}
