package storage.dispersive.vnet.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.BiConsumer;
import storage.dispersive.linux.Errno;
import storage.dispersive.linux.LinuxException;

/**
 * What the kernel says to one request of one or more messages, datagram by datagram, until the last
 * of them is acknowledged or its list has ended. For one thread.
 */
final class NetlinkReply {

    private static final int TYPE_ERROR = 2;
    private static final int TYPE_DONE = 3;
    private static final int FLAG_DUMP_INTERRUPTED = 0x10;
    private static final int FLAG_ACK_TLVS = 0x200;
    private static final int EXT_ACK_MESSAGE = 1;

    private final int first;
    private final int last;
    private final String what;
    private final BiConsumer<Integer, ByteBuffer> heard;
    private boolean interrupted;

    /**
     * @param what for the message of an error
     * @param heard of every message before the end: type, content behind the header
     */
    NetlinkReply(NetlinkRequest request, String what, BiConsumer<Integer, ByteBuffer> heard) {
        this.first = request.firstSequence();
        this.last = request.lastSequence();
        this.what = what;
        this.heard = heard;
    }

    /**
     * Takes one datagram, in the machine's order; true if it was the last.
     *
     * @throws LinuxException if the kernel refuses one of the messages
     */
    boolean take(ByteBuffer datagram) throws LinuxException {
        while (datagram.remaining() >= NetlinkRequest.HEADER_BYTES) {
            Message message = Message.next(datagram);
            if (message.sequence < first || message.sequence > last) {
                // The end of a request that was given up.
                continue;
            }
            interrupted |= (message.flags & FLAG_DUMP_INTERRUPTED) != 0;
            if (message.type == TYPE_ERROR || message.type == TYPE_DONE) {
                message.throwIfRefused(what);
                if (message.sequence == last) {
                    return true;
                }
            } else {
                heard.accept(message.type, message.content);
            }
        }
        return false;
    }

    /** Whether what was listed changed meanwhile, so that something may be missing or twice. */
    boolean isInterrupted() {
        return interrupted;
    }

    private record Message(int type, int flags, int sequence, ByteBuffer content) {

        static Message next(ByteBuffer rest) throws LinuxException {
            int start = rest.position();
            int length = rest.getInt();
            int type = Short.toUnsignedInt(rest.getShort());
            int flags = Short.toUnsignedInt(rest.getShort());
            int sequence = rest.getInt();
            if (length < NetlinkRequest.HEADER_BYTES || start + length > rest.limit()) {
                throw new LinuxException("read the kernel's answer", Errno.EPROTO);
            }
            ByteBuffer content =
                    rest.slice(
                                    start + NetlinkRequest.HEADER_BYTES,
                                    length - NetlinkRequest.HEADER_BYTES)
                            .order(ByteOrder.nativeOrder());
            rest.position(Math.min(rest.limit(), start + Math.ceilDiv(length, 4) * 4));
            return new Message(type, flags, sequence, content);
        }

        /** The content is a negated errno, for an error the head of the request, then words. */
        void throwIfRefused(String what) throws LinuxException {
            int errno = content.remaining() >= Integer.BYTES ? -content.getInt() : 0;
            if (errno == 0) {
                return;
            }
            if ((flags & FLAG_ACK_TLVS) != 0
                    && content.remaining() >= NetlinkRequest.HEADER_BYTES) {
                content.position(content.position() + NetlinkRequest.HEADER_BYTES);
                var words = NetlinkAttributes.read(content).text(EXT_ACK_MESSAGE);
                if (words.isPresent()) {
                    throw new LinuxException(what, errno, "the kernel says: " + words.get());
                }
            }
            throw new LinuxException(what, errno);
        }
    }
}
