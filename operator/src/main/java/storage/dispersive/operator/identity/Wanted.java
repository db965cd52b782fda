package storage.dispersive.operator.identity;

import java.util.Optional;
import storage.dispersive.enrolment.VolumeName;

/** Whose identity is asked for, by the path of the question. */
sealed interface Wanted {

    /** That of whoever asks. */
    record Own() implements Wanted {}

    /** That of a volume. */
    record Volume(VolumeName name) implements Wanted {}

    String OWN_PATH = "/v1/identity";
    String VOLUME_PATH = OWN_PATH + "/volume/";

    /**
     * Reads a path as it came; nothing in it may be encoded, as no name needs that.
     *
     * @return empty if there is nothing at this path
     * @throws RefusedException if it is to be the path of a volume that cannot be
     */
    static Optional<Wanted> at(String path) throws RefusedException {
        if (path.equals(OWN_PATH)) {
            return Optional.of(new Own());
        }
        if (!path.startsWith(VOLUME_PATH)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Volume(VolumeName.parse(path.substring(VOLUME_PATH.length()))));
        } catch (IllegalArgumentException e) {
            throw RefusedException.malformed(
                    "a volume is asked for at " + VOLUME_PATH + "NAMESPACE/NAME");
        }
    }
}
