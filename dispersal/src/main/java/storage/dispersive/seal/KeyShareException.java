package storage.dispersive.seal;

/** Shares of a key that are damaged, do not belong together, or do not give the key. */
public final class KeyShareException extends RuntimeException {

    private static final long serialVersionUID = 1;

    KeyShareException(String message) {
        super(message);
    }
}
