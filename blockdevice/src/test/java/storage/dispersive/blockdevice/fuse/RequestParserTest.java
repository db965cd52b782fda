package storage.dispersive.blockdevice.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import storage.dispersive.blockdevice.fuse.FuseRequest.Malformed;
import storage.dispersive.blockdevice.fuse.FuseRequest.Unreadable;

class RequestParserTest {

    private static final int MAX = 8192;
    private static final RequestParser PARSER = new RequestParser(MAX);

    /** A header for the body, with unique 0x1122 and node 2, then the body. */
    private static byte[] request(int opcode, byte[] body) {
        return ByteBuffer.allocate(40 + body.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(40 + body.length)
                .putInt(opcode)
                .putLong(0x1122)
                .putLong(2)
                .putInt(0)
                .putInt(0)
                .putInt(1)
                .putInt(0)
                .put(body)
                .array();
    }

    private static byte[] transfer(long offset, int size, int dataBytes) {
        return ByteBuffer.allocate(40 + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(1)
                .putLong(offset)
                .putInt(size)
                .array();
    }

    private static FuseRequest parse(byte[] bytes) {
        return PARSER.parse(MemorySegment.ofArray(bytes));
    }

    @Test
    void aReadOfTheKernelIsUnderstood() {
        byte[] golden =
                HexFormat.of()
                        .parseHex(
                                "500000000f000000"
                                        + "2211000000000080"
                                        + "0200000000000000"
                                        + "0000000000000000"
                                        + "0100000000000000"
                                        + "0100000000000000"
                                        + "0010000000000000"
                                        + "0020000000000000"
                                        + "0000000000000000"
                                        + "0080000000000000");
        assertThat(parse(golden))
                .isEqualTo(
                        new FuseRequest.Read(
                                0x1122 | FuseProtocol.UNIQUE_RESEND, 2, 1, 4096, 8192));
    }

    @Test
    void aWriteCarriesExactlyItsData() {
        assertThat(parse(request(FuseProtocol.WRITE, transfer(512, 512, 512))))
                .isEqualTo(new FuseRequest.Write(0x1122, 2, 1, 512, 512));
        assertThat(parse(request(FuseProtocol.WRITE, transfer(512, 512, 511))))
                .isInstanceOf(Malformed.class);
        assertThat(parse(request(FuseProtocol.WRITE, transfer(512, 512, 513))))
                .isInstanceOf(Malformed.class);
    }

    @Test
    void rangesThatCannotBeAreMalformed() {
        for (int opcode : new int[] {FuseProtocol.READ, FuseProtocol.READDIR}) {
            assertThat(parse(request(opcode, transfer(-1, 512, 0)))).isInstanceOf(Malformed.class);
            assertThat(parse(request(opcode, transfer(0, -1, 0)))).isInstanceOf(Malformed.class);
            assertThat(parse(request(opcode, transfer(0, MAX + 1, 0))))
                    .isInstanceOf(Malformed.class);
            assertThat(parse(request(opcode, transfer(Long.MAX_VALUE, 512, 0))))
                    .isInstanceOf(Malformed.class);
        }
        byte[] allocate =
                ByteBuffer.allocate(32)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(1)
                        .putLong(4096)
                        .putLong(Long.MAX_VALUE)
                        .putInt(3)
                        .array();
        assertThat(parse(request(FuseProtocol.FALLOCATE, allocate))).isInstanceOf(Malformed.class);
        ByteBuffer.wrap(allocate).order(ByteOrder.LITTLE_ENDIAN).putLong(16, 1L << 32);
        assertThat(parse(request(FuseProtocol.FALLOCATE, allocate)))
                .isEqualTo(new FuseRequest.Allocate(0x1122, 2, 1, 4096, 1L << 32, 3));
    }

    @Test
    void namesEndWithZeroAndOnlyOneIsTheDisk() {
        assertThat(
                        parse(
                                request(
                                        FuseProtocol.LOOKUP,
                                        "disk\0"
                                                .getBytes(
                                                        java.nio.charset.StandardCharsets
                                                                .US_ASCII))))
                .isEqualTo(new FuseRequest.Lookup(0x1122, 2, FuseRequest.Name.DISK));
        assertThat(parse(request(FuseProtocol.LOOKUP, new byte[] {'d', 'i', 's', 0})))
                .isEqualTo(new FuseRequest.Lookup(0x1122, 2, FuseRequest.Name.OTHER));
        assertThat(parse(request(FuseProtocol.LOOKUP, new byte[] {'d', 'i', 's', 'k'})))
                .isInstanceOf(Malformed.class);
        assertThat(parse(request(FuseProtocol.LOOKUP, new byte[0]))).isInstanceOf(Malformed.class);
    }

    @Test
    void aLengthThatIsNotWhatWasReadIsNoRequest() {
        byte[] bytes = request(FuseProtocol.STATFS, new byte[0]);
        assertThat(parse(bytes)).isEqualTo(new FuseRequest.StatFileSystem(0x1122));
        bytes[0]++;
        assertThat(parse(bytes)).isInstanceOf(Unreadable.class);
        assertThat(parse(new byte[39])).isInstanceOf(Unreadable.class);
    }

    @Test
    void noBytesBreakTheParser() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 200_000; round++) {
            byte[] body = new byte[random.nextInt(120)];
            random.nextBytes(body);
            byte[] bytes = request(random.nextInt(60), body);
            if (round % 4 == 0) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                check(parse(bytes));
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(
                        "seed " + seed + ", request " + HexFormat.of().formatHex(bytes), e);
            }
        }
    }

    private static void check(FuseRequest request) {
        if (request instanceof FuseRequest.Read read) {
            assertThat(read.size()).isBetween(0, MAX);
            assertThat(read.offset()).isBetween(0L, Long.MAX_VALUE - read.size());
        }
        if (request instanceof FuseRequest.Write write) {
            assertThat(write.size()).isBetween(0, 120);
        }
        if (request instanceof FuseRequest.Allocate allocate) {
            assertThat(allocate.length()).isPositive();
            assertThat(allocate.offset() + allocate.length()).isPositive();
        }
    }
}
