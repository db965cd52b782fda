package storage.dispersive.blockdevice.nbd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import storage.dispersive.blockdevice.MemoryDisk;
import storage.dispersive.blockdevice.nbd.RawClient.OptionReply;
import storage.dispersive.blockdevice.nbd.protocol.NbdOption;
import storage.dispersive.blockdevice.nbd.protocol.NbdOptionReply;
import storage.dispersive.blockdevice.nbd.protocol.NbdWire;

@Timeout(20)
class HandshakeTest {

    private static final long SIZE_BYTES = 1 << 20;

    @TempDir Path directory;
    private Path socket;
    private MemoryDisk disk;
    private NbdServer server;

    @BeforeEach
    void serveTwoExports() throws IOException {
        socket = directory.resolve("nbd.sock");
        disk = MemoryDisk.answeringAtOnce(SIZE_BYTES);
        server =
                NbdServer.start(
                        socket,
                        List.of(
                                new NbdExport("grün", "the first", disk),
                                new NbdExport("rot", "the second", disk)));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        disk.close();
    }

    @Test
    void listNamesEveryExportWithItsDescription() throws IOException {
        try (RawClient client = RawClient.greeted(socket)) {
            client.sendOption(NbdOption.LIST.code(), new byte[0]);
            List<OptionReply> replies = client.readOptionReplies();
            assertThat(replies).hasSize(3);
            assertThat(replies.getLast().type()).isEqualTo(NbdOptionReply.ACK.code());
            ByteBuffer first = replies.getFirst().data();
            byte[] name = new byte[first.getInt()];
            first.get(name);
            assertThat(new String(name, UTF_8)).isEqualTo("grün");
            assertThat(UTF_8.decode(first).toString()).isEqualTo("the first");
        }
    }

    @Test
    void listWithDataIsInvalidAndTheHandshakeGoesOn() throws IOException {
        assertRefused(NbdOption.LIST.code(), new byte[1], NbdOptionReply.ERR_INVALID);
    }

    @ParameterizedTest
    @EnumSource(names = {"STARTTLS", "STRUCTURED_REPLY", "LIST_META_CONTEXT", "SET_META_CONTEXT"})
    void whatIsNotSupportedIsRefusedPolitely(NbdOption option) throws IOException {
        assertRefused(option.code(), new byte[0], NbdOptionReply.ERR_UNSUP);
    }

    @Test
    void unknownOptionsAreRefusedPolitely() throws IOException {
        assertRefused(12345, new byte[100], NbdOptionReply.ERR_UNSUP);
    }

    @Test
    void tooMuchDataIsDrainedAndRefused() throws IOException {
        assertRefused(NbdOption.INFO.code(), new byte[1 << 20], NbdOptionReply.ERR_TOO_BIG);
    }

    @Test
    void unknownExportsAreReported() throws IOException {
        assertRefused(NbdOption.GO.code(), RawClient.query("blau"), NbdOptionReply.ERR_UNKNOWN);
    }

    @Test
    void theEmptyNameIsNoExportWhenThereAreSeveral() throws IOException {
        assertRefused(NbdOption.GO.code(), RawClient.query(""), NbdOptionReply.ERR_UNKNOWN);
    }

    @Test
    void malformedQueriesAreInvalid() throws IOException {
        byte[] good = RawClient.query("rot", 3);
        for (int length = 0; length < good.length; length++) {
            assertRefused(
                    NbdOption.INFO.code(),
                    java.util.Arrays.copyOf(good, length),
                    NbdOptionReply.ERR_INVALID);
        }
        assertRefused(
                NbdOption.INFO.code(),
                java.util.Arrays.copyOf(good, good.length + 1),
                NbdOptionReply.ERR_INVALID);
        assertRefused(
                NbdOption.INFO.code(),
                new byte[] {-1, -1, -1, -1, 0, 0},
                NbdOptionReply.ERR_INVALID);
        assertRefused(
                NbdOption.INFO.code(),
                new byte[] {0, 0, 0, 1, (byte) 0xff, 0, 0},
                NbdOptionReply.ERR_INVALID);
    }

    private void assertRefused(int option, byte[] data, NbdOptionReply error) throws IOException {
        try (RawClient client = RawClient.greeted(socket)) {
            client.sendOption(option, data);
            OptionReply reply = client.readOptionReply();
            assertThat(reply.option()).isEqualTo(option);
            assertThat(reply.type()).isEqualTo(error.code());
            client.sendOption(NbdOption.LIST.code(), new byte[0]);
            assertThat(client.readOptionReplies().getLast().type())
                    .isEqualTo(NbdOptionReply.ACK.code());
        }
    }

    @Test
    void infoTellsSizeFlagsBlockSizesAndTheTextsThatWereAskedFor() throws IOException {
        try (RawClient client = RawClient.greeted(socket)) {
            client.sendOption(NbdOption.INFO.code(), RawClient.query("rot", 1, 2, 77));
            List<OptionReply> replies = client.readOptionReplies();
            assertThat(replies).hasSize(5);
            ByteBuffer export = replies.get(0).data();
            assertThat(export.getShort()).isZero();
            assertThat(export.getLong()).isEqualTo(SIZE_BYTES);
            assertThat(Short.toUnsignedInt(export.getShort())).isEqualTo(0b1001_0110_1101);
            ByteBuffer sizes = replies.get(1).data();
            assertThat(sizes.getShort()).isEqualTo((short) 3);
            assertThat(sizes.getInt()).isEqualTo(512);
            assertThat(sizes.getInt()).isEqualTo(4096);
            assertThat(sizes.getInt()).isEqualTo(32 << 20);
            assertThat(UTF_8.decode(replies.get(2).data().position(2)).toString()).isEqualTo("rot");
            assertThat(UTF_8.decode(replies.get(3).data().position(2)).toString())
                    .isEqualTo("the second");
            client.sendOption(NbdOption.LIST.code(), new byte[0]);
            assertThat(client.readOptionReplies()).hasSize(3);
        }
    }

    @Test
    void abortIsAcknowledgedBeforeTheServerHangsUp() throws IOException {
        try (RawClient client = RawClient.greeted(socket)) {
            client.sendOption(NbdOption.ABORT.code(), new byte[7]);
            assertThat(client.readOptionReply().type()).isEqualTo(NbdOptionReply.ACK.code());
            assertThat(client.isHungUp()).isTrue();
        }
    }

    @Test
    void exportNameIsAnsweredWithoutZeroesWhenTheClientWaivesThem() throws IOException {
        try (RawClient client = RawClient.greeted(socket)) {
            assertExportNameAnswered(client, 10);
        }
    }

    @Test
    void exportNameIsAnsweredWithZeroesOtherwise() throws IOException {
        try (RawClient client = new RawClient(socket)) {
            client.readGreeting();
            client.send(ByteBuffer.allocate(4).putInt(NbdWire.FIXED_NEWSTYLE));
            assertExportNameAnswered(client, 10 + 124);
        }
    }

    private static void assertExportNameAnswered(RawClient client, int answerBytes)
            throws IOException {
        client.sendOption(NbdOption.EXPORT_NAME.code(), "grün".getBytes(UTF_8));
        assertThat(ByteBuffer.wrap(client.readBytes(answerBytes)).getLong()).isEqualTo(SIZE_BYTES);
        client.sendRequest(3, 0, 99, 0, 0);
        assertThat(client.readReply().cookie()).isEqualTo(99);
    }

    @Test
    void anUnknownExportNameHangsUpAsNoErrorCanBeSent() throws IOException {
        try (RawClient client = RawClient.greeted(socket)) {
            client.sendOption(NbdOption.EXPORT_NAME.code(), "blau".getBytes(UTF_8));
            assertThat(client.isHungUp()).isTrue();
        }
    }

    @Test
    void unknownClientFlagsHangUp() throws IOException {
        try (RawClient client = new RawClient(socket)) {
            client.readGreeting();
            client.send(ByteBuffer.allocate(4).putInt(4));
            assertThat(client.isHungUp()).isTrue();
        }
    }

    @Test
    void anOptionWithoutItsMagicHangsUp() throws IOException {
        try (RawClient client = RawClient.greeted(socket)) {
            client.send(ByteBuffer.allocate(16).putLong(NbdWire.NBD_MAGIC).putLong(0));
            assertThat(client.isHungUp()).isTrue();
        }
    }

    @Test
    void absurdlyLongOptionsHangUp() throws IOException {
        try (RawClient client = RawClient.greeted(socket)) {
            client.send(ByteBuffer.allocate(16).putLong(NbdWire.OPTION_MAGIC).putInt(3).putInt(-1));
            assertThat(client.isHungUp()).isTrue();
        }
    }
}
