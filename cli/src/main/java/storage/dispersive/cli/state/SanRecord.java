package storage.dispersive.cli.state;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@code up} has made.
 *
 * @param stores the directory that holds the stores, absolute
 * @param segmentSizeBytes of the stores' files
 * @param network null in a record of a program that knew {@link NetworkRecord#LOOPBACK} only
 * @param pods in their order
 */
public record SanRecord(
        int format,
        String stores,
        long segmentSizeBytes,
        @Nullable NetworkRecord network,
        List<PodRecord> pods) {

    public static final int FORMAT = 1;
    public static final int MAX_PODS = 64;

    public SanRecord {
        if (format != FORMAT) {
            throw new IllegalArgumentException(
                    "it is of format " + format + ", this program knows " + FORMAT);
        }
        pods = List.copyOf(pods);
        if (pods.isEmpty() || pods.size() > MAX_PODS) {
            throw new IllegalArgumentException("1 to " + MAX_PODS + " pods, not " + pods.size());
        }
        if (network == null || pods.getFirst().host().equals(PodRecord.LOOPBACK)) {
            // Programs before this one wrote nothing, or an underlay that was not there.
            network = NetworkRecord.LOOPBACK;
        }
        Set<String> names = new HashSet<>();
        for (PodRecord pod : pods) {
            if (!names.add(pod.name())) {
                throw new IllegalArgumentException(pod.name() + " is there twice");
            }
        }
    }

    /** How the parts of this SAN reach each other. */
    @Override
    public NetworkRecord network() {
        return network == null ? NetworkRecord.LOOPBACK : network;
    }

    /** The record of this SAN, which must be there. */
    public static SanRecord of(SanHome home) {
        return Json.read(home.record(), SanRecord.class)
                .orElseThrow(() ->
                        SanException.failed(
                                "there is no local SAN in " + home.root(),
                                "start one with 'dispersive up'"));
    }

    public void save(SanHome home) {
        Json.replace(home.record(), this);
    }

    public PodRecord pod(String name) {
        return pods.stream()
                .filter(pod -> pod.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        SanException.failed(
                                "there is no pod '" + name + "'",
                                "'dispersive pod list' shows them"));
    }

    public Path storesDirectory() {
        return Path.of(stores);
    }
}
