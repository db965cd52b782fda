package storage.dispersive.transport;

import java.io.IOException;

/** The peer did not show who it is, or is nobody that this side knows. */
final class HandshakeFailedException extends IOException {

    private static final long serialVersionUID = 1L;

    HandshakeFailedException(Throwable cause) {
        super(innermost(cause), cause);
    }

    /** The message that says most: wrappers only repeat that there was a failure. */
    static String innermost(Throwable failure) {
        Throwable inner = failure;
        for (int depth = 0; depth < 16 && inner.getCause() != null; depth++) {
            inner = inner.getCause();
        }
        String message = inner.getMessage();
        return message == null ? inner.getClass().getSimpleName() : message;
    }
}
