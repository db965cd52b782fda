package storage.dispersive.vnet.netlink;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.BiConsumer;
import storage.dispersive.linux.Errno;
import storage.dispersive.linux.LinuxException;
import storage.dispersive.linux.NetlinkSocket;

/**
 * Sends requests to the kernel and hears the end of each. For one thread at a time; it speaks of
 * the network namespace in which it was opened.
 */
final class NetlinkClient implements AutoCloseable {

    private static final int ANSWER_BYTES = 64 << 10;
    private static final int TYPE_ERROR = 2;
    private static final int TYPE_DONE = 3;
    private static final int FLAG_ACK_TLVS = 0x200;
    private static final int EXT_ACK_MESSAGE = 1;

    private final NetlinkSocket socket;
    private final ByteBuffer answer = ByteBuffer.allocateDirect(ANSWER_BYTES);
    private int sequence;

    NetlinkClient(NetlinkSocket.Family family) throws LinuxException {
        socket = NetlinkSocket.open(family);
    }

    int nextSequence() {
        return ++sequence;
    }

    /**
     * Sends messages of which the last one asks for an acknowledgement, and waits for that.
     *
     * @param what for the message of an error
     * @throws LinuxException if the kernel refuses one of them
     */
    void call(NetlinkRequest request, String what) throws IOException {
        call(request, what, (type, message) -> {});
    }

    /** As above; hears of every message (type, content behind the header) before the end. */
    void call(NetlinkRequest request, String what, BiConsumer<Integer, ByteBuffer> heard)
            throws IOException {
        int first = request.firstSequence();
        int last = request.lastSequence();
        socket.send(request.datagram());
        while (true) {
            answer.clear();
            socket.receive(answer);
            ByteBuffer rest = answer.slice().order(ByteOrder.nativeOrder());
            while (rest.remaining() >= NetlinkRequest.HEADER_BYTES) {
                Message message = Message.next(rest);
                boolean isOurs = message.sequence >= first && message.sequence <= last;
                if (isOurs && (message.type == TYPE_ERROR || message.type == TYPE_DONE)) {
                    message.throwIfRefused(what);
                    if (message.sequence == last) {
                        return;
                    }
                } else if (isOurs) {
                    // Others end a request that was given up.
                    heard.accept(message.type, message.content);
                }
            }
        }
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

    @Override
    public void close() {
        socket.close();
    }
}
