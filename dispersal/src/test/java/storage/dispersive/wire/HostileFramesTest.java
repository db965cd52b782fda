package storage.dispersive.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import storage.dispersive.portion.PortionFormat;

class HostileFramesTest {

    private static final int RANDOM_ROUNDS = 60_000;

    private static Object decodeAny(Frame frame) {
        if (frame.type().isRequest()) {
            return RequestCodec.decode(frame);
        }
        return frame.type().isReply() ? ReplyCodec.decode(frame) : GreetingCodec.decode(frame);
    }

    @Test
    void randomBytesAreMalformedAndNothingElse() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < RANDOM_ROUNDS; round++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            readInPieces(bytes, random, "seed " + seed + " round " + round);
        }
    }

    @Test
    void framesOfTheRightShapeWithRandomFieldsAreReadOrMalformed() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        FrameType[] types = FrameType.values();
        for (int round = 0; round < RANDOM_ROUNDS; round++) {
            byte[] fields = new byte[random.nextInt(100)];
            random.nextBytes(fields);
            if (random.nextBoolean()) {
                Arrays.fill(fields, 0, fields.length / 2, (byte) 0);
            }
            int bulkBytes = random.nextInt(4) == 0 ? random.nextInt(40) : 0;
            FrameType type = types[random.nextInt(types.length)];
            byte[] frame = frame(type.code(), fields, bulkBytes);
            readInPieces(frame, random, "seed " + seed + " round " + round);
        }
    }

    @Test
    void aFrameCutAtAnyByteIsNeverDeliveredAndLeavesNothingBehind() {
        for (byte[] frame : goldenFrames()) {
            for (int cut = 0; cut < frame.length; cut++) {
                CountingAllocator counting = new CountingAllocator();
                ParsedFrames<Object> sink = new ParsedFrames<>(HostileFramesTest::decodeAny);
                FrameReader reader = new FrameReader(counting.allocator, sink);
                reader.read(Unpooled.wrappedBuffer(frame, 0, cut));
                assertThat(sink.messages).isEmpty();
                assertThat(reader.isWithinFrame()).isEqualTo(cut > 0);
                reader.close();
                assertThat(counting.unreleased()).isZero();
            }
        }
    }

    @Test
    void anyFlippedBitOfAHeadIsFound() {
        for (byte[] frame : goldenFrames()) {
            int head = 20 + (frame[6] & 0xFF) * 256 + (frame[7] & 0xFF);
            for (int bit = 0; bit < 8 * head; bit++) {
                byte[] flipped = frame.clone();
                flipped[bit / 8] ^= (byte) (1 << bit % 8);
                ParsedFrames<Object> sink = new ParsedFrames<>(HostileFramesTest::decodeAny);
                CountingAllocator counting = new CountingAllocator();
                FrameReader reader = new FrameReader(counting.allocator, sink);
                try {
                    reader.read(Unpooled.wrappedBuffer(flipped));
                    assertThat(reader.isWithinFrame()).as("bit %d", bit).isTrue();
                } catch (MalformedFrameException expected) {
                    assertThat(expected).hasMessageNotContaining("null");
                }
                reader.close();
                assertThat(sink.messages).as("bit %d", bit).isEmpty();
                assertThat(counting.unreleased()).isZero();
            }
        }
    }

    @Test
    void lengthsBeyondTheLimitsOfATypeAreRefusedByTheFirstSixteenBytes() {
        for (FrameType type : FrameType.values()) {
            for (long length : new long[] {0xFFFFFFFFL, 0x7FFFFFFFL, 0x80000000L, 5 << 20, 0, 15}) {
                ByteBuf prefix = Unpooled.buffer();
                prefix.writeInt((int) length).writeByte(type.code()).writeByte(0);
                prefix.writeShort(0).writeLong(1);
                CountingAllocator counting = new CountingAllocator();
                FrameReader reader =
                        new FrameReader(
                                counting.allocator,
                                new ParsedFrames<>(HostileFramesTest::decodeAny));
                assertThatThrownBy(() -> reader.read(prefix))
                        .as("%s of %d", type, length)
                        .isInstanceOf(MalformedFrameException.class);
                assertThat(counting.made).isEmpty();
            }
        }
    }

    @Test
    void aBulkThatIsOnlyAnnouncedTakesNoMoreThanItsFirstBuffer() {
        CountingAllocator counting = new CountingAllocator();
        ParsedFrames<Object> sink = new ParsedFrames<>(HostileFramesTest::decodeAny);
        FrameReader reader = new FrameReader(counting.allocator, sink);
        byte[] frame =
                frame(
                        FrameType.APPEND.code(),
                        ByteBufUtil.decodeHexDump("00".repeat(23) + "01"),
                        PortionFormat.MAX_PORTION_BYTES);
        reader.read(Unpooled.wrappedBuffer(frame, 0, 100));
        assertThat(counting.liveBytes()).isEqualTo(FrameReader.FIRST_BULK_BYTES);
        reader.read(Unpooled.wrappedBuffer(frame, 100, frame.length - 100));
        assertThat(sink.messages).hasSize(1);
        PodRequest.Append append = (PodRequest.Append) sink.messages.getFirst();
        assertThat(append.portion().readableBytes()).isEqualTo(PortionFormat.MAX_PORTION_BYTES);
        append.portion().release();
        assertThat(counting.unreleased()).isZero();
    }

    @Test
    void aFrameThatIsNotExpectedIsRefusedBeforeAnythingIsAllocated() {
        CountingAllocator counting = new CountingAllocator();
        FrameSink pod =
                new FrameSink() {
                    @Override
                    public void expect(FrameType type, long requestId, int bulkBytes) {
                        throw new MalformedFrameException("not now");
                    }

                    @Override
                    public void accept(Frame frame) {
                        throw new AssertionError(frame);
                    }

                    @Override
                    public boolean isReady() {
                        return true;
                    }
                };
        FrameReader reader = new FrameReader(counting.allocator, pod);
        ByteBuf frame = Unpooled.wrappedBuffer(frame(0x44, new byte[0], 4112));
        assertThatThrownBy(() -> reader.read(frame)).isInstanceOf(MalformedFrameException.class);
        assertThat(counting.made).isEmpty();
    }

    @Test
    void manyFramesInAnyPiecesComeOutInTheirOrder() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<byte[]> frames = goldenFrames();
        ByteBuf stream = Unpooled.buffer();
        for (int i = 0; i < 500; i++) {
            stream.writeBytes(frames.get(random.nextInt(frames.size())));
        }
        ParsedFrames<Object> sink = new ParsedFrames<>(HostileFramesTest::decodeAny);
        FrameReader reader = new FrameReader(UnpooledByteBufAllocator.DEFAULT, sink);
        while (stream.isReadable()) {
            int piece = Math.min(stream.readableBytes(), 1 + random.nextInt(150));
            reader.read(stream.readSlice(piece));
        }
        assertThat(sink.messages).as("seed %d", seed).hasSize(500);
    }

    private static void readInPieces(byte[] bytes, Random random, String what) {
        CountingAllocator counting = new CountingAllocator();
        ParsedFrames<Object> sink = new ParsedFrames<>(HostileFramesTest::decodeAny);
        FrameReader reader = new FrameReader(counting.allocator, sink);
        ByteBuf in = Unpooled.wrappedBuffer(bytes);
        try {
            while (in.isReadable()) {
                reader.read(in.readSlice(1 + random.nextInt(in.readableBytes())));
            }
        } catch (MalformedFrameException expected) {
            assertThat(expected.getMessage()).isNotBlank();
        } catch (RuntimeException e) {
            throw new AssertionError(what + ": " + ByteBufUtil.hexDump(bytes), e);
        }
        reader.close();
        sink.messages.forEach(HostileFramesTest::release);
        assertThat(counting.unreleased()).as(what).isZero();
    }

    private static void release(Object message) {
        if (message instanceof PodRequest.Append append) {
            append.portion().release();
        } else if (message instanceof PodReply reply) {
            ReplyCodec.bulk(reply).release();
        }
    }

    private static List<byte[]> goldenFrames() {
        List<byte[]> frames = new ArrayList<>();
        var allocator = UnpooledByteBufAllocator.DEFAULT;
        Messages.requests()
                .values()
                .forEach(request -> frames.add(bytes(RequestCodec.encode(allocator, 1, request))));
        Messages.replies()
                .values()
                .forEach(reply -> frames.add(bytes(ReplyCodec.encode(allocator, 1, reply))));
        Messages.greetings()
                .values()
                .forEach(hello -> frames.add(bytes(GreetingCodec.encode(allocator, hello))));
        return frames;
    }

    private static byte[] bytes(EncodedFrame frame) {
        return ByteBufUtil.getBytes(Unpooled.wrappedBuffer(frame.head(), frame.bulk()));
    }

    private static byte[] frame(int type, byte[] fields, int bulkBytes) {
        ByteBuf out = Unpooled.buffer();
        out.writeInt(16 + fields.length + bulkBytes).writeByte(type).writeByte(0);
        out.writeShort(fields.length).writeLong(1).writeBytes(fields);
        CRC32C crc = new CRC32C();
        crc.update(out.array(), 0, out.readableBytes());
        out.writeInt((int) crc.getValue()).writeZero(bulkBytes);
        return ByteBufUtil.getBytes(out);
    }
}
