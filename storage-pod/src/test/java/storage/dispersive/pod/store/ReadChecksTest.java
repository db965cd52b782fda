package storage.dispersive.pod.store;

import static org.assertj.core.api.Assertions.assertThat;
import static storage.dispersive.pod.store.StoreClient.EPOCH;
import static storage.dispersive.pod.store.StoreClient.VOLUME;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import storage.dispersive.pod.rehearsal.Portions;
import storage.dispersive.portion.Epoch;
import storage.dispersive.portion.PortionFormat;
import storage.dispersive.portion.PortionKey;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodReply.Refused;
import storage.dispersive.wire.Refusal;

/**
 * Overwrites a stored record while the store is open, each time with a record checksum that
 * matches, so that what a read compares behind it is what must notice.
 */
class ReadChecksTest {

    private static final long SEQ = 9;
    private static final int BLOCKS = 3;
    private static final PortionKey KEY = new PortionKey(EPOCH, SEQ, 0, 0);

    @TempDir private Path directory;
    private byte[] record = new byte[0];

    @BeforeEach
    void fill() throws Exception {
        try (StoreClient client = StoreClient.attached(directory)) {
            assertThat(client.append(SEQ, BLOCKS)).isEqualTo(new PodReply.Appended());
        }
        byte[] file = Files.readAllBytes(segment());
        ByteBuf bytes = Unpooled.wrappedBuffer(file);
        RecordFormat.Prefix prefix = prefixAt(bytes, SegmentHeader.BYTES);
        record = ByteBufUtil.getBytes(bytes, SegmentHeader.BYTES, (int) prefix.recordBytes());
    }

    @Test
    void aRecordThatIsRewrittenAsItWasIsRead() throws Exception {
        assertThat(readAfter(portion())).isInstanceOf(PodReply.Units.class);
    }

    @Test
    void aHeaderWithAWrongChecksumIsCorrupt() throws Exception {
        int headerBytes = prefix().headerBytes();
        for (int at = 0; at < headerBytes; at++) {
            ByteBuf portion = portion();
            portion.setByte(at, portion.getByte(at) ^ 1);
            isCorrupt(readAfter(portion));
        }
    }

    @Test
    void theHeaderOfAnotherPortionIsCorrupt() throws Exception {
        Portions other = new Portions(VOLUME, portions().incarnation());
        for (Portions.Spec spec :
                List.of(
                        spec(EPOCH.generation() + 1, SEQ, 0, BLOCKS),
                        spec(EPOCH.generation(), SEQ + 1, 0, BLOCKS),
                        spec(EPOCH.generation(), SEQ, 1, BLOCKS))) {
            isCorrupt(readAfter(other.data(spec, SEQ)));
        }
    }

    @Test
    void theHeaderOfAnotherVolumeIsCorrupt() throws Exception {
        Portions other = new Portions(new VolumeId(9, 9), portions().incarnation());
        Portions.Spec same = spec(EPOCH.generation(), SEQ, 0, BLOCKS);
        isCorrupt(readAfter(other.data(same, SEQ)));
    }

    @Test
    void aChangedUnitIsCorruptAndTheOthersAreRead() throws Exception {
        ByteBuf portion = portion();
        int at = prefix().headerBytes() + PortionFormat.UNIT_BYTES;
        portion.setByte(at, portion.getByte(at) ^ 1);
        try (StoreClient client = StoreClient.open(directory)) {
            overwrite(portion);
            isCorrupt(client.read(SEQ, 0, BLOCKS));
            isCorrupt(client.read(SEQ, 1, 1));
            byte[] payload = Portions.payload(SEQ, BLOCKS);
            assertThat(client.bytes(SEQ, 0, 1)).isEqualTo(unit(payload, 0));
            assertThat(client.bytes(SEQ, 2, 1)).isEqualTo(unit(payload, 2));
        }
    }

    @Test
    void unitsThatThePortionHasNotAreInvalid() throws Exception {
        try (StoreClient client = StoreClient.open(directory)) {
            PodReply reply = client.read(SEQ, 1, BLOCKS);
            assertThat(((Refused) reply).refusal()).isEqualTo(Refusal.INVALID);
            assertThat(client.bytes(SEQ, 1, BLOCKS - 1)).hasSize(2 * PortionFormat.UNIT_BYTES);
        }
    }

    private PodReply readAfter(ByteBuf portion) throws Exception {
        try (StoreClient client = StoreClient.open(directory)) {
            overwrite(portion);
            PodReply reply = client.read(SEQ, 0, 1);
            overwrite(portion());
            return reply;
        }
    }

    private static void isCorrupt(PodReply reply) {
        assertThat(reply)
                .isInstanceOfSatisfying(
                        Refused.class, it -> assertThat(it.refusal()).isEqualTo(Refusal.CORRUPT));
    }

    private static Portions.Spec spec(long generation, long seq, int attempt, int blocks) {
        return new Portions.Spec(
                new Epoch(generation, EPOCH.run()), StoreClient.RUN, seq, attempt, 7, blocks);
    }

    private Portions portions() throws Exception {
        try (StoreClient client = StoreClient.open(directory)) {
            return client.portions();
        }
    }

    private void overwrite(ByteBuf portion) throws IOException {
        RecordFormat.Prefix was = prefix();
        ByteBuf out = Unpooled.buffer();
        RecordFormat.write(
                out,
                new RecordFormat.Prefix(
                        was.headerBytes(),
                        was.payloadBytes(),
                        was.useId(),
                        was.durableThrough(),
                        KEY),
                portion);
        try (var channel = Files.newByteChannel(segment(), StandardOpenOption.WRITE)) {
            channel.position(SegmentHeader.BYTES);
            assertThat(channel.write(out.nioBuffer())).isEqualTo(out.readableBytes());
        }
    }

    private ByteBuf portion() {
        RecordFormat.Prefix prefix = prefix();
        int bytes = prefix.headerBytes() + prefix.payloadBytes();
        return Unpooled.copiedBuffer(record, RecordFormat.PREFIX_BYTES, bytes);
    }

    private RecordFormat.Prefix prefix() {
        return prefixAt(Unpooled.wrappedBuffer(record), 0);
    }

    private static RecordFormat.Prefix prefixAt(ByteBuf bytes, int at) {
        RecordFormat.Prefix prefix = RecordFormat.parse(bytes, at);
        if (prefix == null) {
            throw new AssertionError("no record at " + at);
        }
        return prefix;
    }

    private static byte[] unit(byte[] payload, int unit) {
        int at = unit * PortionFormat.UNIT_BYTES;
        return Arrays.copyOfRange(payload, at, at + PortionFormat.UNIT_BYTES);
    }

    private Path segment() throws IOException {
        try (var files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(SegmentHeader.SUFFIX))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
