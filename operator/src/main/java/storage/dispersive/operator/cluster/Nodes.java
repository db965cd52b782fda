package storage.dispersive.operator.cluster;

import java.util.Optional;

/** The nodes of a cluster. */
public interface Nodes {

    boolean exists(String node);

    /** Whether any of them has a label with this value. */
    boolean anyHas(String key, String value);

    /** The value of a label of a node, if both are there. */
    Optional<String> label(String node, String key);
}
