package storage.dispersive.blockdevice.nbd.client;

import java.io.IOException;
import storage.dispersive.blockdevice.nbd.protocol.NbdErrno;

/** The server answered a request with an error; the connection goes on. */
public final class NbdException extends IOException {

    private static final long serialVersionUID = 1;

    private final NbdErrno errno;

    NbdException(NbdErrno errno) {
        super("the server answered " + errno);
        this.errno = errno;
    }

    public NbdErrno errno() {
        return errno;
    }
}
