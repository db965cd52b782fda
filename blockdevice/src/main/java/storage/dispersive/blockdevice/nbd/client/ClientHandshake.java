package storage.dispersive.blockdevice.nbd.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import storage.dispersive.blockdevice.nbd.protocol.NbdInfo;
import storage.dispersive.blockdevice.nbd.protocol.NbdOption;
import storage.dispersive.blockdevice.nbd.protocol.NbdOptionReply;
import storage.dispersive.blockdevice.nbd.protocol.NbdProtocolException;
import storage.dispersive.blockdevice.nbd.protocol.NbdWire;
import storage.dispersive.blockdevice.nbd.protocol.SocketInput;

/** The client's side of "Fixed newstyle negotiation": chooses an export with {@code GO}. */
final class ClientHandshake {

    private static final int MAX_REPLY_BYTES = 16 << 10;
    private static final int MAX_REPLIES = 64;
    private static final int DEFAULT_MAX_PAYLOAD_BYTES = 32 << 20;

    private final SocketInput input;
    private final WritableByteChannel output;
    private long sizeBytes = -1;
    private int transmissionFlags;
    private int minBlockBytes = 1;
    private int maxPayloadBytes = DEFAULT_MAX_PAYLOAD_BYTES;

    ClientHandshake(SocketInput input, WritableByteChannel output) {
        this.input = input;
        this.output = output;
    }

    /**
     * @throws FileNotFoundException if the server has no such export
     */
    ExportInfo choose(String exportName) throws IOException {
        input.require(NbdWire.GREETING_BYTES);
        if (input.getLong() != NbdWire.NBD_MAGIC || input.getLong() != NbdWire.OPTION_MAGIC) {
            throw new NbdProtocolException("not a newstyle NBD server");
        }
        int handshakeFlags = input.getShort();
        if ((handshakeFlags & NbdWire.FIXED_NEWSTYLE) == 0) {
            throw new NbdProtocolException("the server does not speak fixed newstyle");
        }
        byte[] name = exportName.getBytes(UTF_8);
        if (name.length > NbdWire.MAX_STRING_BYTES) {
            throw new IllegalArgumentException("an export name of " + name.length + " bytes");
        }
        int dataBytes = Integer.BYTES + name.length + 2 * Short.BYTES;
        ByteBuffer out =
                ByteBuffer.allocate(Integer.BYTES + NbdWire.OPTION_HEADER_BYTES + dataBytes)
                        .putInt(handshakeFlags & (NbdWire.FIXED_NEWSTYLE | NbdWire.NO_ZEROES))
                        .putLong(NbdWire.OPTION_MAGIC)
                        .putInt(NbdOption.GO.code())
                        .putInt(dataBytes)
                        .putInt(name.length)
                        .put(name)
                        .putShort((short) 1)
                        .putShort((short) NbdInfo.BLOCK_SIZE.code())
                        .flip();
        while (out.hasRemaining()) {
            output.write(out);
        }
        for (int i = 0; i < MAX_REPLIES; i++) {
            ExportInfo agreed = readReply(exportName);
            if (agreed != null) {
                return agreed;
            }
        }
        throw new NbdProtocolException("more than " + MAX_REPLIES + " replies to one option");
    }

    /** Null until the last reply. */
    private @Nullable ExportInfo readReply(String exportName) throws IOException {
        input.require(NbdWire.OPTION_REPLY_HEADER_BYTES);
        long magic = input.getLong();
        int option = input.getInt();
        int type = input.getInt();
        int length = input.getInt();
        if (magic != NbdWire.OPTION_REPLY_MAGIC
                || option != NbdOption.GO.code()
                || length < 0
                || length > MAX_REPLY_BYTES) {
            throw new NbdProtocolException("a malformed reply to an option");
        }
        input.require(length);
        byte[] data = input.getBytes(length);
        Optional<NbdOptionReply> reply = NbdOptionReply.of(type);
        if (reply.equals(Optional.of(NbdOptionReply.ERR_UNKNOWN))) {
            throw new FileNotFoundException("the server has no export named '" + exportName + "'");
        }
        if (NbdOptionReply.isError(type)) {
            throw new IOException(
                    "the server refuses: "
                            + reply.map(Enum::name).orElse("error " + type)
                            + " "
                            + new String(data, UTF_8));
        }
        if (reply.equals(Optional.of(NbdOptionReply.INFO))) {
            take(ByteBuffer.wrap(data));
            return null;
        }
        if (!reply.equals(Optional.of(NbdOptionReply.ACK))) {
            throw new NbdProtocolException("a reply of type " + type + " to an option");
        }
        try {
            return new ExportInfo(sizeBytes, transmissionFlags, minBlockBytes, maxPayloadBytes);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private void take(ByteBuffer info) throws IOException {
        if (info.remaining() < Short.BYTES) {
            throw new NbdProtocolException("information without a type");
        }
        int type = Short.toUnsignedInt(info.getShort());
        if (type == NbdInfo.EXPORT.code() && info.remaining() == 10) {
            sizeBytes = info.getLong();
            transmissionFlags = Short.toUnsignedInt(info.getShort());
        } else if (type == NbdInfo.BLOCK_SIZE.code() && info.remaining() == 12) {
            minBlockBytes = info.getInt();
            info.getInt();
            // All ones stands for "no limit"; we keep to one of our own anyway.
            long maximum = Integer.toUnsignedLong(info.getInt());
            maxPayloadBytes = (int) Math.min(maximum, DEFAULT_MAX_PAYLOAD_BYTES);
        }
    }
}
