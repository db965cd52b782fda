package storage.dispersive.vnet.machine;

/**
 * UDP ports that are machines' own, both ends included. They must be reserved for them on every
 * host: below the ports that the kernel gives to anybody (32768 and above, as Linux comes), and
 * without those at which others expect VXLAN or Geneve.
 */
public record PortRange(int first, int last) {

    private static final int FIRST_UNPRIVILEGED = 1024;
    private static final int FIRST_EPHEMERAL = 32_768;

    /** Of IANA, of Linux's first VXLAN that many overlays of clusters kept, and of Geneve. */
    private static final int[] OTHERS = {4789, 8472, 6081};

    public PortRange {
        if (first > last || first < FIRST_UNPRIVILEGED || last >= FIRST_EPHEMERAL) {
            throw new IllegalArgumentException(
                    "machines' ports are "
                            + first
                            + " to "
                            + last
                            + "; they must lie in order between "
                            + FIRST_UNPRIVILEGED
                            + " and "
                            + (FIRST_EPHEMERAL - 1));
        }
        for (int other : OTHERS) {
            if (first <= other && other <= last) {
                throw new IllegalArgumentException(
                        "machines' ports are "
                                + first
                                + " to "
                                + last
                                + ", and "
                                + other
                                + " among them is in use by overlay networks; choose others");
            }
        }
    }

    /** How many machines a host can have. */
    public int size() {
        return last - first + 1;
    }
}
