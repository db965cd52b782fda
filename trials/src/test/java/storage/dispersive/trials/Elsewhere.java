package storage.dispersive.trials;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.Set;
import storage.dispersive.trials.capture.CapturedConnection;
import storage.dispersive.trials.capture.Conversation;
import storage.dispersive.trials.capture.KeyLog;
import storage.dispersive.trials.capture.PodTalk;
import storage.dispersive.vnet.protocol.ControlMessage;
import storage.dispersive.wire.FrameType;

/**
 * A connection at the ordinary address of a host, outside of all virtual network machines.
 *
 * @param opened as its TLS hides it, if it has any
 * @param talk if a pod was spoken to
 */
record Elsewhere(
        Purpose purpose,
        CapturedConnection connection,
        Conversation opened,
        Optional<PodTalk> talk) {

    private static final int PODS_PORT = 7400;
    private static final int SIDECARS_PORT = 7410;
    private static final int HEALTH_PORT = 8080;

    enum Purpose {
        CONTROL,
        ADMINISTRATION,
        HEALTH
    }

    /** Fails if it is anything else, or holds what is of no such message. */
    static Elsewhere of(CapturedConnection connection, KeyLog secrets)
            throws GeneralSecurityException, IOException {
        Conversation sealed = connection.sealed();
        return switch (connection.server().getPort()) {
            case SIDECARS_PORT -> {
                Conversation opened = sealed.decrypt(secrets);
                requireControlMessages(opened.fromClient());
                requireControlMessages(opened.fromServer());
                yield new Elsewhere(Purpose.CONTROL, connection, opened, Optional.empty());
            }
            case PODS_PORT -> {
                Conversation opened = sealed.decrypt(secrets);
                Optional<PodTalk> talk = Optional.of(PodTalk.of(opened));
                yield new Elsewhere(Purpose.ADMINISTRATION, connection, opened, talk);
            }
            case HEALTH_PORT -> {
                if (!ascii(sealed.fromClient()).startsWith("GET /q/health")) {
                    throw new AssertionError("nobody asks for health like this: " + connection);
                }
                yield new Elsewhere(Purpose.HEALTH, connection, sealed, Optional.empty());
            }
            default -> throw new AssertionError("hosts have nothing to say here: " + connection);
        };
    }

    /** Of all frames, if a pod was spoken to. */
    Set<FrameType> types() {
        return talk.map(PodTalk::types).orElse(Set.of());
    }

    /** Whether it is with the pod of a slot. */
    boolean isOfSlot(int slot) {
        return talk.isPresent() && talk.get().hello().slot() == slot;
    }

    /** Each with its length before it, in two bytes. */
    private static void requireControlMessages(byte[] said) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(said);
        while (in.hasRemaining()) {
            byte[] message = new byte[Short.toUnsignedInt(in.getShort())];
            in.get(message);
            var _ = ControlMessage.decode(message);
        }
    }

    private static String ascii(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    @Override
    public String toString() {
        return purpose + ", " + connection;
    }
}
