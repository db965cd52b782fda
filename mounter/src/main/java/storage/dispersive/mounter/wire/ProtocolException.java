package storage.dispersive.mounter.wire;

import java.io.IOException;

/** The peer did not keep to the protocol. */
final class ProtocolException extends IOException {

    private static final long serialVersionUID = 1L;

    ProtocolException(String message) {
        super(message);
    }

    ProtocolException(String message, Throwable cause) {
        super(message, cause);
    }
}
