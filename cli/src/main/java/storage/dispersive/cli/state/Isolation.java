package storage.dispersive.cli.state;

import java.util.Locale;

/** Whether the parts of a local SAN have networks of their own. */
public enum Isolation {
    /** The client and each pod are hosts with a network of their own; needs root. */
    ISOLATED,
    /** All use the machine's own network, as ordinary programs do. */
    SHARED;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
