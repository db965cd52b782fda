package storage.dispersive.vnet.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NetlinkReplyTest {

    private static final int OURS = 7;
    private static final int OTHER = 6;
    private static final int ERROR = 2;
    private static final int DONE = 3;
    private static final int LINK = 16;
    private static final int MULTI = 0x2;
    private static final int INTERRUPTED = 0x10;

    private final List<Integer> heard = new ArrayList<>();
    private final NetlinkReply reply =
            new NetlinkReply(
                    new NetlinkRequest().begin(18, NetlinkRequest.DUMP, OURS),
                    "list links",
                    (type, message) -> heard.add(message.getInt()));

    @Test
    void hearsAListThatComesInPieces() throws IOException {
        assertThat(reply.take(datagram(LINK, MULTI, OURS, 1))).isFalse();
        assertThat(reply.take(datagram(LINK, MULTI, OURS, 2))).isFalse();
        assertThat(reply.take(datagram(DONE, MULTI, OURS, 0))).isTrue();
        assertThat(heard).containsExactly(1, 2);
        assertThat(reply.isInterrupted()).isFalse();
    }

    @Test
    void noticesThatTheListChangedMeanwhile() throws IOException {
        reply.take(datagram(LINK, MULTI, OURS, 1));
        reply.take(datagram(LINK, MULTI | INTERRUPTED, OURS, 2));
        assertThat(reply.take(datagram(DONE, MULTI, OURS, 0))).isTrue();
        assertThat(reply.isInterrupted()).isTrue();
    }

    @Test
    void noticesAtTheVeryEndThatTheListChanged() throws IOException {
        reply.take(datagram(LINK, MULTI, OURS, 1));
        assertThat(reply.take(datagram(DONE, MULTI | INTERRUPTED, OURS, 0))).isTrue();
        assertThat(reply.isInterrupted()).isTrue();
    }

    @Test
    void ignoresWhatBelongsToARequestThatWasGivenUp() throws IOException {
        assertThat(reply.take(datagram(LINK, INTERRUPTED, OTHER, 9))).isFalse();
        assertThat(reply.take(datagram(ERROR, 0, OTHER, -1))).isFalse();
        assertThat(heard).isEmpty();
        assertThat(reply.isInterrupted()).isFalse();
    }

    @Test
    void saysWhatWasRefused() {
        assertThatThrownBy(() -> reply.take(datagram(ERROR, 0, OURS, -1)))
                .hasMessageContaining("list links")
                .hasMessageContaining("EPERM");
    }

    private static ByteBuffer datagram(int type, int flags, int sequence, int content) {
        int bytes = NetlinkRequest.HEADER_BYTES + Integer.BYTES;
        return ByteBuffer.allocate(bytes)
                .order(ByteOrder.nativeOrder())
                .putInt(bytes)
                .putShort((short) type)
                .putShort((short) flags)
                .putInt(sequence)
                .putInt(0)
                .putInt(content)
                .flip();
    }
}
