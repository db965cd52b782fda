package storage.dispersive.csi.controller;

import storage.dispersive.csi.volume.Refusal;

/** Resources could not be read or written. */
public final class ResourceException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Refusal why;

    public ResourceException(Refusal why, Throwable cause) {
        super(why.text(), cause);
        this.why = why;
    }

    public ResourceException(Refusal why) {
        super(why.text());
        this.why = why;
    }

    /** What is to be answered. */
    public Refusal why() {
        return why;
    }
}
