package storage.dispersive.vnet.client;

import java.io.IOException;

/** Packets do not get to a pod, or not back, by the path that was tried; another one may do. */
final class NoWayException extends IOException {

    private static final long serialVersionUID = 1L;

    NoWayException(String message) {
        super(message);
    }
}
