package storage.dispersive.vnet.protocol;

import java.io.IOException;

/** The peer said what cannot be said. The message is for a person, and repeats nothing long. */
public final class ProtocolException extends IOException {

    private static final long serialVersionUID = 1L;

    public ProtocolException(String message) {
        super(message);
    }
}
