package storage.dispersive.pod.disk;

import java.io.IOException;

/** Another process, or another part of this one, uses the directory. */
public final class DiskLockedException extends IOException {

    private static final long serialVersionUID = 1L;

    public DiskLockedException(String message) {
        super(message);
    }
}
