package storage.dispersive.csi.controller;

/**
 * How fast a volume may be, on the node that uses it.
 *
 * @param writing of what workloads write, before redundancy
 * @param reading of what workloads read
 */
public record Limits(Writing writing, Reading reading) {

    public static final Limits NONE =
            new Limits(new Writing(Rate.UNLIMITED), new Reading(Rate.UNLIMITED));

    /** What may be written in a second. */
    public record Writing(Rate rate) {}

    /** What may be read in a second. */
    public record Reading(Rate rate) {}

    /** Bytes in a second. */
    public sealed interface Rate {

        Rate UNLIMITED = new Unlimited();

        /** As fast as it goes. */
        record Unlimited() implements Rate {}

        /**
         * So fast at most.
         *
         * @param bytes at least {@link #LEAST}
         */
        record BytesPerSecond(long bytes) implements Rate {

            /** Below this a workload's first few blocks would take longer than its timeouts. */
            public static final long LEAST = 64 << 10;

            public BytesPerSecond {
                if (bytes < LEAST) {
                    throw new IllegalArgumentException(bytes + " bytes per second");
                }
            }
        }
    }
}
