package storage.dispersive.wire;

/**
 * One open connection to one pod. Requests are answered in any order. Used on the loop's thread
 * only, and calls its listeners there.
 */
public interface PodSession {

    /**
     * Sends a request and takes over its buffers, also when it fails. The listener hears exactly
     * one of its methods, once, never before this returns.
     */
    void send(PodRequest request, ReplyListener listener);

    /**
     * Ends the connection when all that was asked is answered, or after some seconds. Nothing may
     * be sent any more.
     */
    void finish();

    /** Ends the connection; outstanding requests are lost. */
    void close();

    /** Hears the end of one request. */
    interface ReplyListener {
        void answered(PodReply reply);

        /** The connection ended first: whether the pod carried the request out is not known. */
        void lost();
    }
}
