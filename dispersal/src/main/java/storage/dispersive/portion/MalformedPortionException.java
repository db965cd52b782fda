package storage.dispersive.portion;

/** The bytes are not a portion of a version that this code knows, or they are damaged. */
public final class MalformedPortionException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    public MalformedPortionException(String message) {
        super(message);
    }
}
