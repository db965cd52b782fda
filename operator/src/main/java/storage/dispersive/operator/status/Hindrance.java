package storage.dispersive.operator.status;

import storage.dispersive.operator.cluster.Obstacle;

/**
 * Why a resource cannot be brought further.
 *
 * @param reason one word for programs
 * @param message for people: why, and what to do
 * @param outlook whether waiting helps
 */
public record Hindrance(String reason, String message, Outlook outlook) {

    /** What ends a hindrance. */
    public enum Outlook {
        /** Time, or what others are doing already. */
        PASSES,
        /** Somebody must change something. */
        NEEDS_SOMEBODY
    }

    /** As what keeps pods from serving. */
    public static Hindrance of(Obstacle obstacle) {
        return new Hindrance(obstacle.reason().word(), obstacle.message(), outlook(obstacle));
    }

    private static Outlook outlook(Obstacle obstacle) {
        return switch (obstacle.reason()) {
            case STARTING, CLAIM_PENDING -> Outlook.PASSES;
            case NODE_GONE,
                    PODS_REFUSED,
                    STORAGE_CLASS_MISSING,
                    UNSCHEDULABLE,
                    IMAGE_NOT_PULLED,
                    CONTAINER_FAILS ->
                    Outlook.NEEDS_SOMEBODY;
        };
    }

    Finding progressing() {
        return switch (outlook) {
            case PASSES -> Finding.holds(Aspect.PROGRESSING, reason, message);
            case NEEDS_SOMEBODY -> Finding.fails(Aspect.PROGRESSING, reason, message);
        };
    }

    public static Hindrance passing(String reason, String message) {
        return new Hindrance(reason, message, Outlook.PASSES);
    }

    public static Hindrance lasting(String reason, String message) {
        return new Hindrance(reason, message, Outlook.NEEDS_SOMEBODY);
    }
}
