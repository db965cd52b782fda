package storage.dispersive.blockdevice.nbd.protocol;

import java.io.IOException;

/** The peer broke a rule of the protocol after which the stream cannot be understood any more. */
public final class NbdProtocolException extends IOException {

    private static final long serialVersionUID = 1;

    public NbdProtocolException(String message) {
        super(message);
    }
}
