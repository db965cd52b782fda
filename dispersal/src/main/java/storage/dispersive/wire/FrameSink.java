package storage.dispersive.wire;

/** Receives the frames of one connection, in their order. */
public interface FrameSink {

    /**
     * Asked when the first bytes of a frame are there, before anything is allocated for it.
     *
     * @throws MalformedFrameException if no such frame is expected now
     */
    void expect(FrameType type, long requestId, int bulkBytes);

    /** Takes a frame over. */
    void accept(Frame frame);

    /** Whether the next frame may be read; if not, bytes are left where they are. */
    boolean isReady();
}
