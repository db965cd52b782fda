package storage.dispersive.cli.state;

/**
 * The network of a local SAN.
 *
 * @param underlay the addresses that are used between hosts; without meaning unless isolated
 * @param paths networks that each host is connected to, 1 to {@value #MAX_PATHS}
 */
public record NetworkRecord(Isolation isolation, AddressFamily underlay, int paths) {

    public static final int MAX_PATHS = 4;

    /** What a SAN has that was made before there was a choice. */
    public static final NetworkRecord SHARED =
            new NetworkRecord(Isolation.SHARED, AddressFamily.IPV4, 1);

    public NetworkRecord {
        if (paths < 1 || paths > MAX_PATHS) {
            throw new IllegalArgumentException("1 to " + MAX_PATHS + " paths, not " + paths);
        }
    }

    @Override
    public String toString() {
        return switch (isolation) {
            case SHARED -> "isolation shared";
            case ISOLATED ->
                    "isolation isolated, underlay "
                            + underlay
                            + ", "
                            + (paths == 1 ? "1 path" : paths + " paths");
        };
    }
}
