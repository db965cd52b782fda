package storage.dispersive.operator.identity;

/** A Secret has no authority that may sign. The message says what is wrong with it. */
final class UnusableAuthorityException extends Exception {

    private static final long serialVersionUID = 1L;

    UnusableAuthorityException(String message) {
        super(message);
    }
}
