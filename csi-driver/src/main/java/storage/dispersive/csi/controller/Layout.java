package storage.dispersive.csi.controller;

import java.util.Optional;

/**
 * How a volume is kept. Never changes once there is one.
 *
 * @param geometry into how many portions
 * @param home on whose storage pods
 * @param isolation of its connections
 * @param key who keeps the key
 */
public record Layout(Geometry geometry, Home home, Isolation isolation, Key key) {

    /** What a volume is when nobody says otherwise; the same as in its resource. */
    static final Layout DEFAULT =
            new Layout(
                    new Geometry(4, 2), OwnPods.DEFAULT, Isolation.ISOLATED, new Key.Dispersed());

    /**
     * Portions of a stripe.
     *
     * @param data from 1 to 31
     * @param redundancy from 1 to 31; both together are at most 32
     */
    public record Geometry(int data, int redundancy) {

        static final int MAX = 31;
        static final int MAX_TOGETHER = 32;

        public Geometry {
            if (!isPossible(data) || !isPossible(redundancy) || data + redundancy > MAX_TOGETHER) {
                throw new IllegalArgumentException(data + " + " + redundancy);
            }
        }

        int portions() {
            return data + redundancy;
        }

        private static boolean isPossible(int portions) {
            return portions >= 1 && portions <= MAX;
        }
    }

    /** Whose storage pods keep a volume. */
    public sealed interface Home permits OwnPods, InPool {}

    /** Those of a DispersivePool in the volume's namespace. */
    public record InPool(String pool) implements Home {}

    /**
     * Pods that are made for it.
     *
     * @param claims what they claim
     * @param placement where they may run
     */
    public record OwnPods(Claims claims, Placement placement) implements Home {

        public static final OwnPods DEFAULT =
                new OwnPods(
                        new Claims(Optional.empty(), 25),
                        new Placement(
                                "kubernetes.io/hostname", WhenUnsatisfiable.DO_NOT_SCHEDULE, 1));
    }

    /**
     * What each pod claims.
     *
     * @param storageClass the cluster's default if there is none
     * @param overheadPercent from 10 to 400
     */
    public record Claims(Optional<String> storageClass, int overheadPercent) {}

    /**
     * Failure domains.
     *
     * @param topologyKey the label of nodes that tells them apart
     * @param portionsPerDomain how many pods may run in one
     */
    public record Placement(
            String topologyKey, WhenUnsatisfiable whenUnsatisfiable, int portionsPerDomain) {}

    /** What happens when there are too few failure domains. */
    public enum WhenUnsatisfiable {
        DO_NOT_SCHEDULE,
        SCHEDULE_ANYWAY
    }

    /** How connections to storage pods are made. */
    public enum Isolation {
        ISOLATED,
        SHARED
    }

    /** Who keeps the key that a volume is encrypted with. */
    public sealed interface Key {

        /** All storage pods together. */
        record Dispersed() implements Key {}

        /** A Secret in the volume's namespace. */
        record InSecret(String secret) implements Key {}
    }
}
