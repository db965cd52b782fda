package storage.dispersive.vnet.netlink;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import storage.dispersive.linux.Errno;
import storage.dispersive.linux.LinuxException;
import storage.dispersive.linux.NetlinkSocket;

/**
 * Sends requests to the kernel and hears the end of each. For one thread at a time; it speaks of
 * the network namespace in which it was opened.
 */
final class NetlinkClient implements AutoCloseable {

    private static final int ANSWER_BYTES = 64 << 10;

    /** So often a list is asked for; it changes only while somebody makes or ends links. */
    private static final int MAX_DUMPS = 20;

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
        NetlinkReply _ = converse(request, what, heard);
    }

    /**
     * Lists things. A list of which the kernel says that it changed meanwhile (NLM_F_DUMP_INTR) is
     * asked for again.
     *
     * @param request makes the request, for each time anew
     * @throws LinuxException EAGAIN if it changes {@value #MAX_DUMPS} times on end
     */
    <T> List<T> dump(Supplier<NetlinkRequest> request, String what, Function<ByteBuffer, T> read)
            throws IOException {
        for (int dumps = 0; dumps < MAX_DUMPS; dumps++) {
            List<T> listed = new ArrayList<>();
            NetlinkReply reply =
                    converse(
                            request.get(),
                            what,
                            (type, message) -> listed.add(read.apply(message)));
            if (!reply.isInterrupted()) {
                return listed;
            }
        }
        throw new LinuxException(what + ", which change all the time", Errno.EAGAIN);
    }

    private NetlinkReply converse(
            NetlinkRequest request, String what, BiConsumer<Integer, ByteBuffer> heard)
            throws IOException {
        NetlinkReply reply = new NetlinkReply(request, what, heard);
        socket.send(request.datagram());
        do {
            answer.clear();
            socket.receive(answer);
        } while (!reply.take(answer.slice().order(ByteOrder.nativeOrder())));
        return reply;
    }

    @Override
    public void close() {
        socket.close();
    }
}
