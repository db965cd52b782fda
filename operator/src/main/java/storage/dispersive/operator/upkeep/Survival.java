package storage.dispersive.operator.upkeep;

import java.util.Optional;

/** Whether all that is stored can be read without one of the storage pods. */
@FunctionalInterface
public interface Survival {

    /**
     * Looks at what is left.
     *
     * @return what would be lost without that pod, for people; empty if nothing would be
     */
    Optional<String> whyNotWithout(String pod);
}
