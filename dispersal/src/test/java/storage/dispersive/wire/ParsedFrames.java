package storage.dispersive.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A sink that decodes every frame and keeps what it read. */
final class ParsedFrames<M> implements FrameSink {

    final List<M> messages = new ArrayList<>();
    private final Function<Frame, M> decoder;

    ParsedFrames(Function<Frame, M> decoder) {
        this.decoder = decoder;
    }

    static <M> M only(String hex, Function<Frame, M> decoder) {
        ParsedFrames<M> sink = new ParsedFrames<>(decoder);
        ByteBufAllocator allocator = UnpooledByteBufAllocator.DEFAULT;
        FrameReader reader = new FrameReader(allocator, sink);
        reader.read(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex)));
        assertThat(reader.isWithinFrame()).isFalse();
        assertThat(sink.messages).hasSize(1);
        return sink.messages.getFirst();
    }

    @Override
    public void expect(FrameType type, long requestId, int bulkBytes) {}

    @Override
    public void accept(Frame frame) {
        messages.add(decoder.apply(frame));
    }

    @Override
    public boolean isReady() {
        return true;
    }
}
