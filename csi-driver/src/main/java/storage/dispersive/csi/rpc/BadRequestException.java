package storage.dispersive.csi.rpc;

import storage.dispersive.csi.volume.Refusal;

/** A request cannot be: a field is missing, or holds what it must not. */
final class BadRequestException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Refusal why;

    BadRequestException(String text) {
        this(new Refusal.Wrong(text));
    }

    BadRequestException(Refusal why) {
        super(why.text());
        this.why = why;
    }

    Refusal why() {
        return why;
    }
}
