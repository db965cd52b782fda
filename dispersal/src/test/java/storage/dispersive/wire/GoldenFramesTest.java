package storage.dispersive.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The golden bytes were made by an encoder of its own, in another language. */
class GoldenFramesTest {

    private static final ByteBufAllocator ALLOCATOR = UnpooledByteBufAllocator.DEFAULT;

    private final Map<String, String> golden = readGolden();

    @Test
    void requestsAreTheGoldenBytesAndComeBackFromThem() {
        Messages.requests()
                .forEach((name, request) -> {
                    String bytes = golden(name);
                    EncodedFrame frame =
                            RequestCodec.encode(ALLOCATOR, Messages.REQUEST_ID, request);
                    assertThat(hex(frame)).as(name).isEqualTo(bytes);
                    PodRequest back = ParsedFrames.only(bytes, RequestCodec::decode);
                    EncodedFrame again = RequestCodec.encode(ALLOCATOR, Messages.REQUEST_ID, back);
                    assertThat(hex(again)).as(name).isEqualTo(bytes);
                });
    }

    @Test
    void repliesAreTheGoldenBytesAndComeBackFromThem() {
        Messages.replies()
                .forEach((name, reply) -> {
                    String bytes = golden(name);
                    EncodedFrame frame = ReplyCodec.encode(ALLOCATOR, Messages.REQUEST_ID, reply);
                    assertThat(hex(frame)).as(name).isEqualTo(bytes);
                    PodReply back = ParsedFrames.only(bytes, ReplyCodec::decode);
                    EncodedFrame again = ReplyCodec.encode(ALLOCATOR, Messages.REQUEST_ID, back);
                    assertThat(hex(again)).as(name).isEqualTo(bytes);
                });
    }

    @Test
    void greetingsAreTheGoldenBytesAndComeBackFromThem() {
        Messages.greetings()
                .forEach((name, greeting) -> {
                    String bytes = golden(name);
                    assertThat(hex(GreetingCodec.encode(ALLOCATOR, greeting)))
                            .as(name)
                            .isEqualTo(bytes);
                    assertThat(ParsedFrames.<Greeting>only(bytes, GreetingCodec::decode))
                            .isEqualTo(greeting);
                });
        assertThat(hex(GreetingCodec.encodeEmpty(ALLOCATOR, FrameType.PING)))
                .isEqualTo(golden("ping"));
        assertThat(hex(GreetingCodec.encodeEmpty(ALLOCATOR, FrameType.PONG)))
                .isEqualTo(golden("pong"));
    }

    @Test
    void unitsFollowTheirHeadWithoutACopy() {
        PodReply.Units units = Messages.units(1);
        EncodedFrame frame = ReplyCodec.encode(ALLOCATOR, Messages.REQUEST_ID, units);
        assertThat(ByteBufUtil.hexDump(frame.head())).isEqualTo(golden("unitsHead"));
        assertThat(frame.bulk()).isSameAs(units.units());
        PodReply back = ParsedFrames.only(hex(frame), ReplyCodec::decode);
        assertThat(((PodReply.Units) back).units().readableBytes()).isEqualTo(4112);
    }

    @Test
    void everyGoldenFrameIsTested() {
        assertThat(golden)
                .hasSize(
                        Messages.requests().size()
                                + Messages.replies().size()
                                + Messages.greetings().size()
                                + 3);
    }

    @Test
    void aMessageThatCannotBeIsNotSentAndItsBufferIsReleased() {
        ByteBuf broken = Unpooled.buffer().writeZero(4111);
        assertThatThrownBy(() -> ReplyCodec.encode(ALLOCATOR, 1, new PodReply.Units(broken)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(broken.refCnt()).isZero();
        assertThatThrownBy(() -> ReplyCodec.encode(ALLOCATOR, 1, new PodReply.Share(new byte[0])))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aReplyIsAllowedOnlyForItsRequest() {
        ReplyShape shape =
                ReplyShape.of(Objects.requireNonNull(Messages.requests().get("readUnits")));
        assertThat(shape.allows(Messages.units(4))).isTrue();
        assertThat(shape.allows(Messages.units(3))).isFalse();
        assertThat(shape.allows(new PodReply.Appended())).isFalse();
        assertThat(shape.allows(PodReply.Refused.because(Refusal.BUSY, ""))).isTrue();
    }

    private String golden(String name) {
        return Objects.requireNonNull(golden.get(name), name);
    }

    private static String hex(EncodedFrame frame) {
        return ByteBufUtil.hexDump(Unpooled.wrappedBuffer(frame.head(), frame.bulk()));
    }

    private static Map<String, String> readGolden() {
        try (InputStream in = GoldenFramesTest.class.getResourceAsStream("frames-v1.txt")) {
            String text =
                    new String(
                            Objects.requireNonNull(in).readAllBytes(), StandardCharsets.US_ASCII);
            Map<String, String> all = new HashMap<>();
            text.lines()
                    .forEach(line -> all.put(line.split(" ", 2)[0], line.split(" ", 2)[1].trim()));
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
