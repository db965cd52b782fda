package storage.dispersive.operator.identity;

/** Somebody does not get what he asks for. The message says why, to him. */
final class RefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final int status;

    /**
     * For a reason.
     *
     * @param status of HTTP
     */
    RefusedException(int status, String message) {
        super(message);
        this.status = status;
    }

    int status() {
        return status;
    }
}
