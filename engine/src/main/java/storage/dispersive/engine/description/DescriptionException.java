package storage.dispersive.engine.description;

/**
 * What describes a volume makes no sense, or names something that cannot be used: what is wrong in
 * one line, and what to do about it in another.
 */
public final class DescriptionException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String hint;

    public DescriptionException(String message, String hint, Throwable cause) {
        super(message, cause);
        this.hint = hint;
    }

    public DescriptionException(String message, String hint) {
        super(message);
        this.hint = hint;
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
