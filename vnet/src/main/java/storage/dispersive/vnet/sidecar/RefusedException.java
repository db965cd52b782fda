package storage.dispersive.vnet.sidecar;

import storage.dispersive.vnet.protocol.ControlMessage.Reason;

/** A machine cannot be had, and why, in words for whoever asked. */
final class RefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    RefusedException(Reason reason, String why) {
        super(why);
        this.reason = reason;
    }

    Reason reason() {
        return reason;
    }

    String why() {
        return String.valueOf(getMessage());
    }
}
