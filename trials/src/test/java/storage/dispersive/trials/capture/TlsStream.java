package storage.dispersive.trials.capture;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;

/** All that one side of a connection sent, as its secrets open it. */
final class TlsStream {

    private static final int HEADER_BYTES = 5;
    private static final int LENGTH_AT = 3;
    private static final byte HANDSHAKE = 22;
    private static final byte APPLICATION_DATA = 23;

    private static final int MESSAGE_HEADER_BYTES = 4;
    private static final int FINISHED = 20;
    private static final int KEY_UPDATE = 24;

    private final TlsTraffic afterHandshake;
    private final ByteArrayOutputStream applicationData = new ByteArrayOutputStream();
    private TlsTraffic traffic;
    private byte[] unheard = {};

    private TlsStream(TlsTraffic handshake, TlsTraffic application) {
        this.traffic = handshake;
        this.afterHandshake = application;
    }

    /**
     * The application data in {@code records}, every one of which must open.
     *
     * @throws GeneralSecurityException if one does not, or the last one is not whole
     */
    static byte[] open(byte[] records, TlsTraffic handshake, TlsTraffic application)
            throws GeneralSecurityException {
        TlsStream stream = new TlsStream(handshake, application);
        ByteBuffer in = ByteBuffer.wrap(records);
        while (in.hasRemaining()) {
            stream.next(in);
        }
        return stream.applicationData.toByteArray();
    }

    private void next(ByteBuffer in) throws GeneralSecurityException {
        byte[] header = take(in, HEADER_BYTES);
        byte[] body = take(in, Short.toUnsignedInt(ByteBuffer.wrap(header).getShort(LENGTH_AT)));
        // Others are the hellos, and those that make old middleboxes believe in TLS 1.2.
        if (header[0] == APPLICATION_DATA) {
            content(traffic.open(header, body));
        }
    }

    private static byte[] take(ByteBuffer in, int bytes) throws GeneralSecurityException {
        if (in.remaining() < bytes) {
            throw new GeneralSecurityException("the last record is cut short");
        }
        byte[] taken = new byte[bytes];
        in.get(taken);
        return taken;
    }

    private void content(byte[] padded) throws GeneralSecurityException {
        int bytes = padded.length - 1;
        while (padded[bytes] == 0) {
            bytes--;
        }
        switch (padded[bytes]) {
            case APPLICATION_DATA -> applicationData.write(padded, 0, bytes);
            case HANDSHAKE -> hear(padded, bytes);
            // An alert: the end.
            default -> {}
        }
    }

    /** Messages and records need not begin together. */
    private void hear(byte[] content, int bytes) throws GeneralSecurityException {
        ByteBuffer messages = ByteBuffer.allocate(unheard.length + bytes);
        messages.put(unheard).put(content, 0, bytes).flip();
        while (messages.remaining() >= MESSAGE_HEADER_BYTES) {
            int head = messages.getInt(messages.position());
            int messageBytes = MESSAGE_HEADER_BYTES + (head & 0xFFFFFF);
            if (messages.remaining() < messageBytes) {
                break;
            }
            messages.position(messages.position() + messageBytes);
            switch (head >>> 24) {
                case FINISHED -> traffic = afterHandshake;
                case KEY_UPDATE -> traffic = traffic.updated();
                default -> {}
            }
        }
        unheard = new byte[messages.remaining()];
        messages.get(unheard);
    }
}
