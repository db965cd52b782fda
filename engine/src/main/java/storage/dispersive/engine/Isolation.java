package storage.dispersive.engine;

import java.util.Locale;

/** Whether each connection to a pod has a network of its own. */
public enum Isolation {
    /** Through a virtual network machine; only between hosts. */
    ISOLATED,
    /** A plain socket at the ordinary address of the pod. */
    SHARED;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
