package storage.dispersive.trials.capture;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;

/** All that two sides of a connection said to each other. */
@SuppressWarnings("ArrayRecordComponent") // never changed, never compared
public record Conversation(byte[] fromClient, byte[] fromServer) {

    /** Of a hello, in a record, in a message: RFC 8446, 4.1.2 and 4.1.3. */
    private static final int RANDOM_AT = 5 + 4 + 2;

    private static final int SESSION_AT = RANDOM_AT + 32;

    /**
     * What was said under the protection of TLS 1.3, its handshake left away.
     *
     * @throws GeneralSecurityException if a single record does not open
     */
    public Conversation decrypt(KeyLog log) throws GeneralSecurityException {
        return new Conversation(
                TlsStream.open(
                        fromClient,
                        traffic(log, "CLIENT_HANDSHAKE_TRAFFIC_SECRET"),
                        traffic(log, "CLIENT_TRAFFIC_SECRET_0")),
                TlsStream.open(
                        fromServer,
                        traffic(log, "SERVER_HANDSHAKE_TRAFFIC_SECRET"),
                        traffic(log, "SERVER_TRAFFIC_SECRET_0")));
    }

    private TlsTraffic traffic(KeyLog log, String label) throws GeneralSecurityException {
        byte[] random = Arrays.copyOfRange(fromClient, RANDOM_AT, SESSION_AT);
        return new TlsTraffic(suite(), log.secret(label, random));
    }

    private TlsSuite suite() {
        int chosenAt = SESSION_AT + 1 + fromServer[SESSION_AT];
        return TlsSuite.of(Short.toUnsignedInt(ByteBuffer.wrap(fromServer).getShort(chosenAt)));
    }
}
