package storage.dispersive.portion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PortionFormatTest {

    private static final VolumeId VOLUME = new VolumeId(0x0102030405060708L, 0x090a0b0c0d0e0f10L);
    private static final RunId RUN = new RunId(0x1112131415161718L, 0x191a1b1c1d1e1f20L);
    private static final byte[] MAC = new byte[PortionFormat.MAC_BYTES];

    static {
        Arrays.fill(MAC, (byte) 0xAB);
    }

    /** Version 1, as it stands in stores: must never change. */
    private static final String GOLDEN_DATA =
            "44505254"
                    + "0001"
                    + "0000"
                    + "000000e5"
                    + "00001010"
                    // stripe part: bytes, volume, epoch 7.9, sender
                    + "00b5"
                    + "0102030405060708090a0b0c0d0e0f10"
                    + "00000000000000070000000000000009"
                    + "1112131415161718191a1b1c1d1e1f20"
                    // seq 42, attempt 1, data, 1+2
                    + "000000000000002a"
                    + "00000001"
                    + "01"
                    + "01"
                    + "02"
                    + "00"
                    // committed through 40, epoch started at 30, segment 3, sealed by
                    + "0000000000000028"
                    + "000000000000001e"
                    + "0000000000000003"
                    + "1112131415161718191a1b1c1d1e1f20"
                    // 2 extents, 1 later attempt, no completed range
                    + "0002"
                    + "0001"
                    + "0000"
                    // holders
                    + "00"
                    + "00000000000000aa"
                    + "02"
                    + "00000000000000bb"
                    + "05"
                    + "00000000000000cc"
                    // written 100 + 1, zeroed 200 + 50
                    + "01"
                    + "0000000000000064"
                    + "00000001"
                    + "02"
                    + "00000000000000c8"
                    + "0000000000000032"
                    // stripe 39 by attempt 2
                    + "0000000000000027"
                    + "00000002"
                    + "abababababababababababababababab"
                    // portion 1 of one unit
                    + "01000000"
                    + "00000001"
                    + "deadbeef";

    private static StripeHeader data() {
        return new StripeHeader(
                VOLUME,
                new Epoch(7, 9),
                RUN,
                42,
                1,
                StripeKind.DATA,
                new Code(1, 2),
                40,
                30,
                3,
                RUN,
                List.of(holder(0, 0xaa), holder(2, 0xbb), holder(5, 0xcc)),
                List.of(new Extent.Written(100, 1), new Extent.Zeroed(200, 50)),
                List.of(new LaterAttempt(39, 2)),
                History.NONE);
    }

    private static StripeHeader start() {
        return new StripeHeader(
                VOLUME,
                new Epoch(8, 1),
                RUN,
                51,
                0,
                StripeKind.START,
                new Code(1, 1),
                50,
                51,
                4,
                RUN,
                List.of(holder(0, 1), holder(1, 2)),
                List.of(),
                List.of(),
                new History(
                        new Epoch(7, 9),
                        30,
                        45,
                        List.of(new History.Completed(46, 50, new Epoch(8, 1)))));
    }

    private static Holder holder(int slot, long incarnation) {
        return new Holder(slot, new Incarnation(incarnation));
    }

    private static ByteBuf encode(StripeHeader stripe, int index, int... sums) {
        ByteBuf part = Unpooled.buffer();
        StripeFormat.write(part, stripe);
        part.writeBytes(MAC);
        byte[] bytes = ByteBufUtil.getBytes(part);
        ByteBuf out = Unpooled.buffer();
        PortionFormat.writeHeader(out, bytes, index, sums);
        return out;
    }

    @Test
    void theBytesOfVersionOneNeverChange() {
        ByteBuf header = encode(data(), 1, 0xdeadbeef);
        String hex = ByteBufUtil.hexDump(header);
        assertThat(hex.substring(0, hex.length() - 8)).isEqualTo(GOLDEN_DATA);
        int crc = PortionFormat.crc(header, 0, header.readableBytes() - 4);
        assertThat(hex).endsWith(String.format("%08x", crc));
    }

    @Test
    void whatWasWrittenIsRead() {
        for (StripeHeader stripe : List.of(data(), start())) {
            int[] sums = stripe.kind() == StripeKind.START ? new int[0] : new int[] {77};
            ByteBuf bytes = encode(stripe, 1, sums);
            PortionHeader header = PortionFormat.readHeader(bytes);
            assertThat(header.stripe()).isEqualTo(stripe);
            assertThat(header.index()).isEqualTo(1);
            assertThat(header.unitSums()).isEqualTo(sums);
            assertThat(header.mac()).isEqualTo(MAC);
            assertThat(bytes.isReadable()).isFalse();
        }
    }

    @Test
    void aViewShowsWhatReadingShows() {
        for (StripeHeader stripe : List.of(data(), start())) {
            int[] sums = stripe.kind() == StripeKind.START ? new int[0] : new int[] {0xdeadbeef};
            ByteBuf bytes = encode(stripe, 1, sums);
            isSeenInPlace(PortionFormat.readHeader(bytes.duplicate()), bytes);
            // What follows a header is none of it.
            isSeenInPlace(PortionFormat.readHeader(bytes.duplicate()), bytes.writeLong(-1));
        }
    }

    private static void isSeenInPlace(PortionHeader header, ByteBuf bytes) {
        int before = bytes.readerIndex();
        HeaderView view = PortionFormat.viewHeader(bytes);
        assertThat(bytes.readerIndex()).isEqualTo(before);
        assertThat(view.volume()).isEqualTo(header.stripe().volume());
        assertThat(view.key()).isEqualTo(header.key());
        assertThat(view.units()).isEqualTo(header.unitSums().length);
        for (int unit = 0; unit < view.units(); unit++) {
            assertThat(view.unitSum(unit)).isEqualTo(header.unitSum(unit));
        }
    }

    @Test
    void everyFlippedBitIsFound() {
        ByteBuf good = encode(data(), 1, 0xdeadbeef);
        for (int bit = 0; bit < good.readableBytes() * 8; bit++) {
            ByteBuf bad = good.copy();
            bad.setByte(bit / 8, bad.getByte(bit / 8) ^ 1 << bit % 8);
            isRefused(bad, "bit " + bit);
        }
    }

    @Test
    void everyTruncationIsFound() {
        ByteBuf good = encode(data(), 1, 0xdeadbeef);
        for (int length = 0; length < good.readableBytes(); length++) {
            ByteBuf cut = good.slice(0, length);
            isRefused(cut, "length " + length);
        }
    }

    private static void isRefused(ByteBuf bytes, String what) {
        assertThatThrownBy(() -> PortionFormat.readHeader(bytes))
                .as(what)
                .isInstanceOf(MalformedPortionException.class);
        assertThatThrownBy(() -> PortionFormat.viewHeader(bytes))
                .as("a view, " + what)
                .isInstanceOf(MalformedPortionException.class);
    }

    @Test
    void aFutureVersionIsNamedInTheError() {
        ByteBuf future = encode(data(), 1, 1);
        future.setShort(4, 2);
        assertThatThrownBy(() -> PortionFormat.readHeader(future))
                .isInstanceOf(MalformedPortionException.class)
                .hasMessageContaining("portion format 2");
    }

    @Test
    void rubbishBehindARightChecksumIsRefusedAndNothingElseIsThrown() {
        long seed = 20261122;
        Random random = new Random(seed);
        int accepted = 0;
        for (int round = 0; round < 200_000; round++) {
            ByteBuf bytes = encode(random.nextBoolean() ? data() : start(), 0, sumsFor(random));
            int changes = 1 + random.nextInt(4);
            for (int i = 0; i < changes; i++) {
                bytes.setByte(random.nextInt(bytes.readableBytes() - 4), random.nextInt(256));
            }
            int length = bytes.readableBytes();
            bytes.setInt(length - 4, PortionFormat.crc(bytes, 0, length - 4));
            try {
                isSeenInPlace(PortionFormat.readHeader(bytes.duplicate()), bytes);
                accepted++;
            } catch (MalformedPortionException e) {
                assertThat(e).as("seed %d round %d", seed, round).hasMessageContaining(" ");
                throwsNothingElse(bytes);
            }
        }
        assertThat(accepted).isBetween(1, 199_999);
    }

    /** A view decodes less, so it may find nothing wrong. */
    private static void throwsNothingElse(ByteBuf bytes) {
        try {
            assertThat(PortionFormat.viewHeader(bytes).units()).isBetween(0, 1);
        } catch (MalformedPortionException e) {
            assertThat(e).hasMessageContaining(" ");
        }
    }

    private static int[] sumsFor(Random random) {
        return random.nextBoolean() ? new int[] {5} : new int[0];
    }

    @Test
    void unitsAreSharedOutSoThatTheLastPortionsAreShort() {
        for (int portions = 1; portions <= 8; portions++) {
            Code code = new Code(portions, 2);
            for (int blocks = 0; blocks <= 100; blocks++) {
                int sum = 0;
                for (int index = 0; index < portions; index++) {
                    sum += code.unitsIn(index, blocks);
                }
                assertThat(sum).isEqualTo(blocks);
                assertThat(code.unitsIn(portions, blocks)).isEqualTo(code.unitsPerPortion(blocks));
            }
        }
    }

    @Test
    void noStripeNamesAStoreTwiceOrHasMoreBlocksThanItMay() {
        List<Holder> twice = List.of(holder(0, 1), holder(0, 2), holder(1, 3));
        assertThatThrownBy(() -> withHolders(twice)).isInstanceOf(MalformedPortionException.class);
        List<Extent> many = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            many.add(new Extent.Written(i * 1000L, 400));
        }
        assertThatThrownBy(() -> withExtents(many)).isInstanceOf(MalformedPortionException.class);
        many.set(0, new Extent.Written(0, Integer.MAX_VALUE));
        many.set(1, new Extent.Written(0, Integer.MAX_VALUE));
        assertThatThrownBy(() -> withExtents(many)).isInstanceOf(ArithmeticException.class);
    }

    private static StripeHeader withHolders(List<Holder> holders) {
        return with(holders, data().extents());
    }

    private static StripeHeader withExtents(List<Extent> extents) {
        return with(data().holders(), extents);
    }

    private static StripeHeader with(List<Holder> holders, List<Extent> extents) {
        StripeHeader base = data();
        return new StripeHeader(
                base.volume(),
                base.epoch(),
                base.sender(),
                base.seq(),
                base.attempt(),
                base.kind(),
                base.code(),
                base.committedThrough(),
                base.epochStartSeq(),
                base.segment(),
                base.sealedBy(),
                holders,
                extents,
                base.laterAttempts(),
                base.history());
    }
}
