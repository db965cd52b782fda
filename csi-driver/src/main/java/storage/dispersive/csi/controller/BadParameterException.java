package storage.dispersive.csi.controller;

import storage.dispersive.csi.volume.Refusal;

/** A parameter cannot be. The message says which, and what it may be; never what it was. */
final class BadParameterException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Refusal why;

    BadParameterException(String name, String what) {
        this(new Refusal.Wrong("parameter " + name.replaceAll("\\p{Cntrl}", "?") + " " + what));
    }

    private BadParameterException(Refusal why) {
        super(why.text());
        this.why = why;
    }

    Refusal why() {
        return why;
    }
}
