package storage.dispersive.operator.identity;

/** There is no authority to sign with, now. The message says what to do. */
final class UnusableAuthorityException extends Exception {

    private static final long serialVersionUID = 1L;

    UnusableAuthorityException(String message) {
        super(message);
    }
}
