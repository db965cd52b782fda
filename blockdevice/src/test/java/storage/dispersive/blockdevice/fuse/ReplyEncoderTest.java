package storage.dispersive.blockdevice.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import storage.dispersive.linux.Errno;

class ReplyEncoderTest {

    private final MemorySegment reply = MemorySegment.ofArray(new byte[512]);

    private String hex(int bodyBytes, int errno) {
        ReplyEncoder.header(reply, bodyBytes, errno, 0x8000_0000_0000_0102L);
        byte[] bytes = reply.asSlice(0, 16 + bodyBytes).toArray(ValueLayout.JAVA_BYTE);
        return HexFormat.of().formatHex(bytes);
    }

    @Test
    void anErrorIsABareHeaderWithTheResentMark() {
        assertThat(hex(0, Errno.EIO)).isEqualTo("10000000fbffffff0201000000000080");
    }

    @Test
    void initOffersNoMoreThanTheKernelHas() {
        FuseRequest.Init modern = new FuseRequest.Init(1, 7, 45, 131_072, -1, -1);
        assertThat(hex(ReplyEncoder.init(reply, modern, 1 << 20), 0).substring(32))
                .isEqualTo(
                        "070000002d000000"
                                + "0000020021804440"
                                + "0001c00000001000"
                                + "0100000000010000"
                                + "8000000000000000"
                                + "000000000000000000000000000000000000000000000000");
        FuseRequest.Init newer = new FuseRequest.Init(1, 7, 99, 131_072, -1, -1);
        ReplyEncoder.init(reply, newer, 1 << 20);
        assertThat(reply.get(ValueLayout.JAVA_INT_UNALIGNED, 20)).isEqualTo(45);
        FuseRequest.Init older = new FuseRequest.Init(1, 7, 31, 131_072, 1 << 5, 0);
        ReplyEncoder.init(reply, older, 1 << 20);
        assertThat(reply.get(ValueLayout.JAVA_INT_UNALIGNED, 20)).isEqualTo(31);
        assertThat(reply.get(ValueLayout.JAVA_INT_UNALIGNED, 28)).isEqualTo(1 << 5);
        assertThat(reply.get(ValueLayout.JAVA_INT_UNALIGNED, 48)).isZero();
    }

    @Test
    void anOpenDiskHasTheConstantHandleAndIsDirect() {
        assertThat(hex(ReplyEncoder.open(reply, Node.DISK), 0).substring(32))
                .isEqualTo("01000000000000004100000000000000");
    }

    @Test
    void aDirectoryIsListedInTheRoomThereIs() {
        assertThat(ReplyEncoder.directory(reply, 0, 400)).isEqualTo(96);
        assertThat(ReplyEncoder.directory(reply, 0, 95)).isEqualTo(64);
        assertThat(ReplyEncoder.directory(reply, 2, 400)).isEqualTo(32);
        assertThat(ReplyEncoder.directory(reply, 3, 400)).isZero();
        assertThat(ReplyEncoder.directory(reply, Long.MAX_VALUE, 400)).isZero();
    }

    @Test
    void sizesOfBodiesAreThoseOfTheKernel() {
        assertThat(ReplyEncoder.entry(reply, Node.DISK, 4096)).isEqualTo(128);
        assertThat(
                        ReplyEncoder.attributes(
                                reply, new FuseRequest.GetAttributes(1, Node.DISK.id), 4096))
                .isEqualTo(104);
        assertThat(ReplyEncoder.fileSystem(reply, 4096)).isEqualTo(80);
        assertThat(ReplyEncoder.written(reply, 4096)).isEqualTo(8);
    }
}
