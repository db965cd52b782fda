package storage.dispersive.blockdevice.nbd;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import storage.dispersive.blockdevice.nbd.protocol.NbdCommand;
import storage.dispersive.blockdevice.nbd.protocol.NbdErrno;
import storage.dispersive.blockdevice.nbd.protocol.NbdOption;
import storage.dispersive.blockdevice.nbd.protocol.NbdOptionReply;
import storage.dispersive.blockdevice.nbd.protocol.NbdWire;
import storage.dispersive.blockdevice.nbd.protocol.SocketInput;

/** Says to a server whatever a test wants, also what no client should. One thread. */
final class RawClient implements AutoCloseable {

    private final SocketChannel channel;
    private final SocketInput input;

    /** A reply in the handshake. */
    record OptionReply(int option, int type, ByteBuffer data) {}

    /** A reply in transmission, without the payload. */
    record Reply(NbdErrno errno, long cookie) {}

    RawClient(Path socket) throws IOException {
        channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        input = new SocketInput(channel, ByteBuffer.allocate(SocketInput.BUFFER_BYTES), () -> {});
    }

    /** Greets, and sends client flags as most clients do. */
    static RawClient greeted(Path socket) throws IOException {
        RawClient client = new RawClient(socket);
        client.readGreeting();
        client.send(ByteBuffer.allocate(4).putInt(NbdWire.FIXED_NEWSTYLE | NbdWire.NO_ZEROES));
        return client;
    }

    /** A client in the transmission phase. */
    static RawClient transmitting(Path socket) throws IOException {
        RawClient client = greeted(socket);
        client.sendOption(NbdOption.GO.code(), query("", 3));
        List<OptionReply> replies = client.readOptionReplies();
        if (replies.getLast().type() != NbdOptionReply.ACK.code()) {
            throw new IOException("refused: " + replies);
        }
        return client;
    }

    void readGreeting() throws IOException {
        input.require(NbdWire.GREETING_BYTES);
        input.skip(NbdWire.GREETING_BYTES);
    }

    /** The data of INFO and GO. */
    static byte[] query(String name, int... infos) {
        byte[] bytes = name.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        ByteBuffer data = ByteBuffer.allocate(4 + bytes.length + 2 + 2 * infos.length);
        data.putInt(bytes.length).put(bytes).putShort((short) infos.length);
        for (int info : infos) {
            data.putShort((short) info);
        }
        return data.array();
    }

    void sendOption(int option, byte[] data) throws IOException {
        send(
                ByteBuffer.allocate(NbdWire.OPTION_HEADER_BYTES + data.length)
                        .putLong(NbdWire.OPTION_MAGIC)
                        .putInt(option)
                        .putInt(data.length)
                        .put(data));
    }

    void sendRequest(NbdCommand command, int flags, long cookie, long offset, long length)
            throws IOException {
        sendRequest(command.code(), flags, cookie, offset, length);
    }

    void sendRequest(int command, int flags, long cookie, long offset, long length)
            throws IOException {
        send(request(command, flags, cookie, offset, length));
    }

    static ByteBuffer request(int command, int flags, long cookie, long offset, long length) {
        return ByteBuffer.allocate(NbdWire.REQUEST_BYTES)
                .putInt(NbdWire.REQUEST_MAGIC)
                .putShort((short) flags)
                .putShort((short) command)
                .putLong(cookie)
                .putLong(offset)
                .putInt((int) length);
    }

    void send(ByteBuffer written) throws IOException {
        written.flip();
        while (written.hasRemaining()) {
            channel.write(written);
        }
    }

    void sendZeros(long length) throws IOException {
        for (long rest = length; rest > 0; ) {
            int take = (int) Math.min(rest, 1 << 20);
            send(ByteBuffer.allocate(take).position(take));
            rest -= take;
        }
    }

    OptionReply readOptionReply() throws IOException {
        input.require(NbdWire.OPTION_REPLY_HEADER_BYTES);
        if (input.getLong() != NbdWire.OPTION_REPLY_MAGIC) {
            throw new IOException("no reply to an option");
        }
        int option = input.getInt();
        int type = input.getInt();
        int length = input.getInt();
        input.require(length);
        return new OptionReply(option, type, ByteBuffer.wrap(input.getBytes(length)));
    }

    /** Up to the last one for an option. */
    List<OptionReply> readOptionReplies() throws IOException {
        List<OptionReply> replies = new ArrayList<>();
        OptionReply reply;
        do {
            reply = readOptionReply();
            replies.add(reply);
        } while (!NbdOptionReply.isError(reply.type())
                && reply.type() != NbdOptionReply.ACK.code());
        return replies;
    }

    Reply readReply() throws IOException {
        input.require(NbdWire.SIMPLE_REPLY_BYTES);
        if (input.getInt() != NbdWire.SIMPLE_REPLY_MAGIC) {
            throw new IOException("no reply");
        }
        int error = input.getInt();
        return new Reply(NbdErrno.of(error), input.getLong());
    }

    byte[] readBytes(int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        input.readFully(bytes);
        return bytes.array();
    }

    /** Whether the server has hung up, after what it said before that. */
    boolean isHungUp() {
        try {
            while (input.awaitMessage(1)) {
                input.skip(1);
            }
            return true;
        } catch (IOException e) {
            return true;
        }
    }

    void endSending() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
