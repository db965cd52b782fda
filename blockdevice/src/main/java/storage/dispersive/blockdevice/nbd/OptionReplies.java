package storage.dispersive.blockdevice.nbd;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import storage.dispersive.blockdevice.nbd.protocol.NbdInfo;
import storage.dispersive.blockdevice.nbd.protocol.NbdOption;
import storage.dispersive.blockdevice.nbd.protocol.NbdOptionReply;
import storage.dispersive.blockdevice.nbd.protocol.NbdWire;

/** Writes what a server says in the handshake to a blocking channel. */
final class OptionReplies {

    private final WritableByteChannel channel;

    OptionReplies(WritableByteChannel channel) {
        this.channel = channel;
    }

    /** "Newstyle negotiation": the first words. */
    void greet(int handshakeFlags) throws IOException {
        write(
                ByteBuffer.allocate(NbdWire.GREETING_BYTES)
                        .putLong(NbdWire.NBD_MAGIC)
                        .putLong(NbdWire.OPTION_MAGIC)
                        .putShort((short) handshakeFlags));
    }

    /** The answer to {@code NBD_OPT_EXPORT_NAME}, which has a form of its own. */
    void exportChosen(long sizeBytes, int transmissionFlags, int zeroes) throws IOException {
        ByteBuffer out =
                ByteBuffer.allocate(8 + 2 + zeroes)
                        .putLong(sizeBytes)
                        .putShort((short) transmissionFlags);
        write(out.position(out.limit()));
    }

    void acknowledge(NbdOption option) throws IOException {
        write(reply(option.code(), NbdOptionReply.ACK, 0));
    }

    /** {@code optionCode} may be one that nobody knows. */
    void refuse(int optionCode, NbdOptionReply error, String message) throws IOException {
        byte[] text = message.getBytes(UTF_8);
        write(reply(optionCode, error, text.length).put(text));
    }

    void server(String name, String description) throws IOException {
        byte[] nameBytes = name.getBytes(UTF_8);
        byte[] rest = description.getBytes(UTF_8);
        int length = Integer.BYTES + nameBytes.length + rest.length;
        write(
                reply(NbdOption.LIST.code(), NbdOptionReply.SERVER, length)
                        .putInt(nameBytes.length)
                        .put(nameBytes)
                        .put(rest));
    }

    void exportInfo(NbdOption option, long sizeBytes, int transmissionFlags) throws IOException {
        write(
                info(option, NbdInfo.EXPORT, 8 + 2)
                        .putLong(sizeBytes)
                        .putShort((short) transmissionFlags));
    }

    void blockSizes(NbdOption option, int minimum, int preferred, int maximumPayload)
            throws IOException {
        write(
                info(option, NbdInfo.BLOCK_SIZE, 3 * Integer.BYTES)
                        .putInt(minimum)
                        .putInt(preferred)
                        .putInt(maximumPayload));
    }

    void text(NbdOption option, NbdInfo kind, byte[] text) throws IOException {
        write(info(option, kind, text.length).put(text));
    }

    private static ByteBuffer info(NbdOption option, NbdInfo kind, int length) {
        return reply(option.code(), NbdOptionReply.INFO, Short.BYTES + length)
                .putShort((short) kind.code());
    }

    private static ByteBuffer reply(int optionCode, NbdOptionReply type, int length) {
        return ByteBuffer.allocate(NbdWire.OPTION_REPLY_HEADER_BYTES + length)
                .putLong(NbdWire.OPTION_REPLY_MAGIC)
                .putInt(optionCode)
                .putInt(type.code())
                .putInt(length);
    }

    private void write(ByteBuffer complete) throws IOException {
        complete.flip();
        while (complete.hasRemaining()) {
            channel.write(complete);
        }
    }
}
