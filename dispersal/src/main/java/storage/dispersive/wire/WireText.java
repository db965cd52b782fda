package storage.dispersive.wire;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Text in a frame: its length in bytes, 2, and UTF-8. For people, never to be acted upon. */
final class WireText {

    static final int MAX_CHARS = PodReply.Refused.MAX_DETAIL_CHARS;

    /** A char of UTF-16 takes at most 3 bytes of UTF-8. */
    static final int MAX_BYTES = 3 * MAX_CHARS;

    private WireText() {}

    static String cut(String text) {
        return text.length() <= MAX_CHARS ? text : text.substring(0, MAX_CHARS);
    }

    static void write(ByteBuf out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeShort(bytes.length).writeBytes(bytes);
    }

    /** Control characters are replaced, so that a peer cannot write lines into a log. */
    static String read(ByteBuf in) {
        byte[] bytes = new byte[checkedLength(in)];
        in.readBytes(bytes);
        try {
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            return text.replaceAll("\\p{Cntrl}", "?");
        } catch (CharacterCodingException e) {
            throw new MalformedFrameException("a text is not UTF-8");
        }
    }

    private static int checkedLength(ByteBuf in) {
        int bytes = in.readUnsignedShort();
        if (bytes > MAX_BYTES || bytes > in.readableBytes()) {
            throw new MalformedFrameException("a text cannot have " + bytes + " bytes here");
        }
        return bytes;
    }
}
