package storage.dispersive.operator.cluster;

/**
 * What keeps storage pods from serving.
 *
 * @param message for people: what is wrong, and what to do
 */
public record Obstacle(Reason reason, String message) {

    /** In the order in which they are told, if there are several. */
    public enum Reason {
        NODE_GONE("NodeGone"),
        PODS_REFUSED("PodsRefused"),
        STORAGE_CLASS_MISSING("StorageClassMissing"),
        CLAIM_PENDING("ClaimPending"),
        UNSCHEDULABLE("Unschedulable"),
        IMAGE_NOT_PULLED("ImageNotPulled"),
        CONTAINER_FAILS("ContainerFails"),
        STARTING("PodsStarting");

        private final String word;

        Reason(String word) {
            this.word = word;
        }

        /** As the reason of a condition. */
        public String word() {
            return word;
        }
    }
}
