package storage.dispersive.csi.socket;

import java.io.IOException;

/** There is something at a socket's path that must not be replaced. */
public final class SocketTakenException extends IOException {

    private static final long serialVersionUID = 1L;

    SocketTakenException(String message) {
        super(message);
    }
}
