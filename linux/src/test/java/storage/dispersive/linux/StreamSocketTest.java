package storage.dispersive.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class StreamSocketTest {

    private static final int IPPROTO_TCP = 6;
    private static final int TCP_CONGESTION = 13;
    private static final int NAME_BYTES = 16;
    private static final byte[] HOST = {127, 0, 0, 1};

    /** Of the namespace of the thread that writes it. */
    private static final Path DEFAULT = Path.of("/proc/sys/net/ipv4/tcp_congestion_control");

    @RegisterExtension final RootOnly root = new RootOnly();

    /** What it accepts begins so, too. */
    @Test
    void listensWithCubicWhateverTheDefault() throws IOException {
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            assertThat(namespace.call(StreamSocketTest::choiceOfListener)).isEqualTo("cubic");
        }
    }

    private static String choiceOfListener() throws IOException {
        Files.writeString(DEFAULT, "reno");
        InetSocketAddress here = new InetSocketAddress(InetAddress.getByAddress(HOST), 0);
        try (Descriptor listening = StreamSocket.listen(here, 1)) {
            return choice(listening);
        }
    }

    /** Says nothing on a machine that has it as default. */
    @Test
    void connectsWithCubic() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByAddress(HOST))) {
            InetSocketAddress there = (InetSocketAddress) server.getLocalSocketAddress();
            try (Descriptor connecting = StreamSocket.beginConnect(there)) {
                assertThat(choice(connecting)).isEqualTo("cubic");
            }
        }
    }

    private static String choice(Descriptor socket) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(NAME_BYTES);
            SocketCalls.getOption(socket, IPPROTO_TCP, TCP_CONGESTION, name);
            return new String(name.toArray(JAVA_BYTE), StandardCharsets.US_ASCII).replace("\0", "");
        }
    }
}
