package storage.dispersive.cli.state;

import java.util.Locale;

/** Which addresses the hosts of an isolated SAN use among each other. */
public enum AddressFamily {
    IPV4,
    IPV6;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
