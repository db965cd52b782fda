package storage.dispersive.wire;

/** The bytes are no frame that this side expects; the connection they came on is of no more use. */
public final class MalformedFrameException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    public MalformedFrameException(String message) {
        super(message);
    }
}
