package storage.dispersive.operator.status;

/**
 * How far claims are on their way to the size that they are to have.
 *
 * @param message for people
 */
public record Growth(State state, String message) {

    /** How far it is. */
    public enum State {
        DONE("Done"),
        GROWING("Growing"),
        /** Not all claims are there. */
        UNKNOWN("ClaimsMissing"),
        /** The StorageClass does not let claims grow. */
        REFUSED("StorageClassCannotGrow"),
        FAILED("ResizeFailed");

        private final String word;

        State(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    /** Nothing is to grow. */
    public static final Growth DONE = new Growth(State.DONE, "claims have the size that is wanted");

    Finding finding() {
        return switch (state) {
            case DONE -> Finding.holds(Aspect.GROWN, state.word(), message);
            case UNKNOWN -> Finding.unknown(Aspect.GROWN, state.word(), message);
            case GROWING, REFUSED, FAILED -> Finding.fails(Aspect.GROWN, state.word(), message);
        };
    }
}
