package storage.dispersive.linux;

import java.io.IOException;

/** A Linux call failed; the message names the call, what it was for, and the error. */
public final class LinuxException extends IOException {

    private static final long serialVersionUID = 1L;

    private final int errno;

    /**
     * @param what the call and its object, for instance {@code open /dev/fuse}
     * @param errno the positive error number
     */
    public LinuxException(String what, int errno) {
        super(what + ": " + Errno.name(errno));
        this.errno = errno;
    }

    /** As above, with a sentence that says what can be done about it. */
    public LinuxException(String what, int errno, String advice) {
        super(what + ": " + Errno.name(errno) + "; " + advice);
        this.errno = errno;
    }

    /** The positive error number. */
    public int errno() {
        return errno;
    }
}
