package storage.dispersive.transport;

import java.io.IOException;

/** The peer did not show who it is, or is nobody that this side knows. */
final class HandshakeFailedException extends IOException {

    private static final long serialVersionUID = 1L;

    HandshakeFailedException(Throwable cause) {
        super(ReadableCause.of(cause), cause);
    }
}
