package storage.dispersive.cli.state;

/**
 * Something that a person asked for and that was not done: what happened in one line, and what to
 * do about it in another.
 */
public final class SanException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** Who has to do something about it; the command's exit status follows from this. */
    public enum Kind {
        /** The request makes no sense, whatever the state of the SAN. */
        USAGE,
        /** It makes sense and could not be done. */
        FAILED
    }

    private final Kind kind;
    private final String hint;

    private SanException(Kind kind, String message, String hint, Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.hint = hint;
    }

    private SanException(Kind kind, String message, String hint) {
        super(message);
        this.kind = kind;
        this.hint = hint;
    }

    public static SanException failed(String message, String hint) {
        return new SanException(Kind.FAILED, message, hint);
    }

    public static SanException failed(String message, String hint, Throwable cause) {
        return new SanException(Kind.FAILED, message, hint, cause);
    }

    public static SanException usage(String message, String hint) {
        return new SanException(Kind.USAGE, message, hint);
    }

    public static SanException usage(String message, String hint, Throwable cause) {
        return new SanException(Kind.USAGE, message, hint, cause);
    }

    public Kind kind() {
        return kind;
    }

    /** What the reader can do; never empty. */
    public String hint() {
        return hint;
    }

    @Override
    public String getMessage() {
        String message = super.getMessage();
        return message == null ? "" : message;
    }
}
