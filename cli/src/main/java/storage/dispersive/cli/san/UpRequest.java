package storage.dispersive.cli.san;

import java.nio.file.Path;
import java.util.Optional;
import storage.dispersive.cli.state.SanException;
import storage.dispersive.cli.state.SanRecord;

/**
 * What is wanted of a SAN; what is left away is as it is, or as is usual.
 *
 * @param stores where each pod's store gets a directory
 * @param segmentSizeBytes of a new SAN's stores
 */
public record UpRequest(
        Optional<Integer> podCount,
        Optional<Path> stores,
        long segmentSizeBytes,
        NetworkWish network) {

    /** For real use. */
    public static final long USUAL_SEGMENT_BYTES = 64L << 20;

    public static final UpRequest USUAL =
            new UpRequest(
                    Optional.empty(), Optional.empty(), USUAL_SEGMENT_BYTES, NetworkWish.NONE);

    /** A SAN that holds little and goes soon, with small segments in stock. */
    public static final UpRequest SMALL =
            new UpRequest(Optional.empty(), Optional.empty(), 4L << 20, NetworkWish.NONE);

    public UpRequest {
        stores = stores.map(path -> path.toAbsolutePath().normalize());
        podCount.ifPresent(UpRequest::checkCount);
    }

    /** The same, on this network. */
    public UpRequest on(NetworkWish wish) {
        return new UpRequest(podCount, stores, segmentSizeBytes, wish);
    }

    private static void checkCount(int count) {
        if (count < 1 || count > SanRecord.MAX_PODS) {
            throw SanException.usage(
                    "a SAN cannot have " + count + " pods", "choose 1 to " + SanRecord.MAX_PODS);
        }
    }
}
