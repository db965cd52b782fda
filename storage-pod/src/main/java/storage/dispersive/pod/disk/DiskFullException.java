package storage.dispersive.pod.disk;

import java.io.IOException;

/** A write found no room. What it had to write may stand there in part. */
public final class DiskFullException extends IOException {

    private static final long serialVersionUID = 1L;

    public DiskFullException(String message) {
        super(message);
    }
}
