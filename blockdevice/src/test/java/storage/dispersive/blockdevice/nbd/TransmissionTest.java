package storage.dispersive.blockdevice.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import storage.dispersive.blockdevice.MemoryDisk;
import storage.dispersive.blockdevice.nbd.RawClient.Reply;
import storage.dispersive.blockdevice.nbd.protocol.NbdCommand;
import storage.dispersive.blockdevice.nbd.protocol.NbdErrno;
import storage.dispersive.blockdevice.nbd.protocol.NbdWire;
import storage.dispersive.disk.DiskError;

@Timeout(30)
class TransmissionTest {

    private static final int SIZE_BYTES = 1 << 20;
    private static final int MAX_BYTES = 32 << 20;

    @TempDir Path directory;
    private MemoryDisk disk = MemoryDisk.answeringAtOnce(SIZE_BYTES);

    @SuppressWarnings("NullAway.Init") // every test connects
    private NbdServer server;

    private RawClient connect(NbdLimits limits) throws IOException {
        Path socket = directory.resolve("nbd.sock");
        server = NbdServer.start(socket, List.of(new NbdExport("disk", "", disk)), limits);
        return RawClient.transmitting(socket);
    }

    private RawClient connect() throws IOException {
        return connect(NbdLimits.DEFAULT);
    }

    @AfterEach
    void stopAndCountBuffers() throws IOException {
        disk.answerHeld();
        await().untilAsserted(() -> assertThat(server.connections()).isZero());
        assertThat(server.bufferBytesInUse()).isZero();
        server.close();
        disk.close();
    }

    @ParameterizedTest
    @CsvSource({
        "READ, 0, 0, 513, EINVAL",
        "READ, 0, 1, 512, EINVAL",
        "READ, 0, 0, 0, EINVAL",
        "READ, 0, 1048576, 512, EINVAL",
        "READ, 0, -512, 512, EINVAL",
        "READ, 0, 9223372036854775296, 512, EINVAL",
        "READ, 0, 0, 33554944, EINVAL",
        "READ, 0, 0, 4294966784, EINVAL",
        "READ, 4, 0, 512, EINVAL",
        "READ, 2, 0, 512, EINVAL",
        "TRIM, 0, 1048064, 1024, EINVAL",
        "TRIM, 0, 0, 100, EINVAL",
        "TRIM, 2, 0, 512, EINVAL",
        "WRITE_ZEROES, 0, 1048064, 1024, ENOSPC",
        "WRITE_ZEROES, 0, 0, 4294966784, ENOSPC",
        "WRITE_ZEROES, 32, 0, 512, EINVAL",
        "FLUSH, 0, 512, 0, EINVAL",
        "FLUSH, 0, 0, 512, EINVAL",
        "FLUSH, 16, 0, 0, EINVAL",
        "FLUSH, 1, 0, 0, NONE",
        "READ, 1, 0, 512, NONE",
        "TRIM, 1, 512, 1024, NONE",
        "WRITE_ZEROES, 19, 512, 1024, NONE",
    })
    void requestsAreJudgedByTheirFields(
            NbdCommand command, int flags, long offset, long length, NbdErrno expected)
            throws IOException {
        try (RawClient client = connect()) {
            client.sendRequest(command, flags, 7, offset, length);
            assertThat(client.readReply()).isEqualTo(new Reply(expected, 7));
            if (command == NbdCommand.READ && expected == NbdErrno.NONE) {
                client.readBytes((int) length);
            }
            assertGoesOn(client);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 513, EINVAL",
        "0, 3, 512, EINVAL",
        "0, 0, 0, EINVAL",
        "0, 1048064, 1024, ENOSPC",
        "0, -512, 512, ENOSPC",
        "2, 0, 512, EINVAL",
        "0, 0, 33554944, EINVAL",
        "0, 0, 67108864, EINVAL",
    })
    void aRefusedWriteLosesItsPayloadAndNothingElse(
            int flags, long offset, long length, NbdErrno expected) throws IOException {
        try (RawClient client = connect()) {
            client.sendRequest(NbdCommand.WRITE, flags, 7, offset, length);
            client.sendZeros(length);
            assertThat(client.readReply()).isEqualTo(new Reply(expected, 7));
            assertGoesOn(client);
        }
    }

    @ParameterizedTest
    @CsvSource({"5", "7", "8", "9", "65535"})
    void unknownCommandsAreInvalid(int command) throws IOException {
        try (RawClient client = connect()) {
            client.sendRequest(command, 0, 8, 0, 512);
            assertThat(client.readReply()).isEqualTo(new Reply(NbdErrno.EINVAL, 8));
            assertGoesOn(client);
        }
    }

    private static void assertGoesOn(RawClient client) throws IOException {
        client.sendRequest(NbdCommand.FLUSH, 0, 12345, 0, 0);
        assertThat(client.readReply()).isEqualTo(new Reply(NbdErrno.NONE, 12345));
    }

    @Test
    void aPayloadBeyondAllReasonHangsUp() throws IOException {
        try (RawClient client = connect()) {
            client.sendRequest(NbdCommand.WRITE, 0, 7, 0, (64L << 20) + 512);
            assertThat(client.isHungUp()).isTrue();
        }
    }

    @Test
    void aRequestWithoutItsMagicHangsUp() throws IOException {
        try (RawClient client = connect()) {
            client.send(RawClient.request(3, 0, 7, 0, 0).putInt(0, NbdWire.SIMPLE_REPLY_MAGIC));
            assertThat(client.isHungUp()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "INVALID, EINVAL",
        "NO_SPACE, ENOSPC",
        "IO, EIO",
        "FENCED, EIO",
        "CLOSED, ESHUTDOWN",
    })
    void errorsOfTheDiskReachTheClient(DiskError error, NbdErrno expected) throws IOException {
        disk.failWith(() -> Optional.of(error));
        try (RawClient client = connect()) {
            for (NbdCommand command : NbdCommand.values()) {
                if (command != NbdCommand.DISC) {
                    long length = command == NbdCommand.FLUSH ? 0 : 512;
                    client.sendRequest(command, 0, command.code(), 0, length);
                    client.sendZeros(command == NbdCommand.WRITE ? 512 : 0);
                    assertThat(client.readReply()).isEqualTo(new Reply(expected, command.code()));
                }
            }
        }
    }

    @Test
    void aDiskThatThrowsIsAnIoErrorAndNoMore() throws IOException {
        disk.failWith(() -> {
            throw new IllegalStateException("a defect of the disk");
        });
        try (RawClient client = connect()) {
            client.sendRequest(NbdCommand.READ, 0, 3, 0, 512);
            assertThat(client.readReply()).isEqualTo(new Reply(NbdErrno.EIO, 3));
            disk.failWith(Optional::empty);
            assertGoesOn(client);
        }
    }

    @Test
    void writesReachTheDiskAndTrimsAndZeroesReadAsZeros() throws IOException {
        try (RawClient client = connect()) {
            byte[] ones = new byte[4096];
            java.util.Arrays.fill(ones, (byte) 1);
            client.sendRequest(NbdCommand.WRITE, NbdWire.FUA, 1, 4096, 4096);
            client.send(ByteBuffer.wrap(ones).position(4096));
            assertThat(client.readReply()).isEqualTo(new Reply(NbdErrno.NONE, 1));
            client.sendRequest(NbdCommand.TRIM, 0, 2, 4096, 512);
            client.readReply();
            client.sendRequest(NbdCommand.WRITE_ZEROES, NbdWire.NO_HOLE, 3, 4608, 512);
            client.readReply();
            client.sendRequest(NbdCommand.READ, 0, 4, 4096, 4096);
            assertThat(client.readReply()).isEqualTo(new Reply(NbdErrno.NONE, 4));
            byte[] expected = ones.clone();
            java.util.Arrays.fill(expected, 0, 1024, (byte) 0);
            assertThat(client.readBytes(4096)).isEqualTo(expected);
            assertThat(disk.content().asSlice(4096, 4096).toArray(ValueLayout.JAVA_BYTE))
                    .isEqualTo(expected);
        }
    }

    @Test
    void theLargestTransferWorks() throws IOException {
        disk.close();
        disk = MemoryDisk.answeringAtOnce(MAX_BYTES);
        try (RawClient client = connect()) {
            byte[] data = new byte[MAX_BYTES];
            new java.util.Random(1).nextBytes(data);
            client.sendRequest(NbdCommand.WRITE, 0, 1, 0, MAX_BYTES);
            client.send(ByteBuffer.wrap(data).position(MAX_BYTES));
            assertThat(client.readReply().errno()).isEqualTo(NbdErrno.NONE);
            client.sendRequest(NbdCommand.READ, 0, 2, 0, MAX_BYTES);
            assertThat(client.readReply().errno()).isEqualTo(NbdErrno.NONE);
            assertThat(MemorySegment.ofArray(client.readBytes(MAX_BYTES)).mismatch(disk.content()))
                    .isEqualTo(-1);
        }
    }

    @Test
    void answersComeInTheOrderOfTheDiskNotOfTheRequests() throws IOException {
        disk.close();
        disk = MemoryDisk.answeringWhenTold(SIZE_BYTES);
        try (RawClient client = connect()) {
            for (int i = 0; i < 10; i++) {
                client.sendRequest(NbdCommand.TRIM, 0, i, 0, 512);
            }
            await().until(() -> disk.held() == 10);
            disk.answerHeld();
            for (int i = 9; i >= 0; i--) {
                assertThat(client.readReply().cookie()).isEqualTo(i);
            }
        }
    }

    @Test
    void theReaderWaitsAtTheLimitOfRequestsAndGoesOnAfterAnAnswer() throws IOException {
        disk.close();
        disk = MemoryDisk.answeringWhenTold(SIZE_BYTES);
        NbdLimits limits = new NbdLimits(1, 4, 64L << 20, 0, 1000, 1000);
        try (RawClient client = connect(limits)) {
            for (int i = 0; i < 10; i++) {
                client.sendRequest(NbdCommand.READ, 0, i, 0, 512);
            }
            int answered = 0;
            for (int expected : new int[] {4, 4, 2}) {
                await().until(() -> disk.held() >= expected);
                assertThat(disk.held()).isEqualTo(expected);
                disk.answerHeld();
                for (int i = 0; i < expected; i++, answered++) {
                    assertThat(client.readReply().errno()).isEqualTo(NbdErrno.NONE);
                    client.readBytes(512);
                }
            }
            assertThat(answered).isEqualTo(10);
        }
    }

    @Test
    void theReaderWaitsAtTheLimitOfBytes() throws IOException {
        disk.close();
        disk = MemoryDisk.answeringWhenTold(MAX_BYTES);
        NbdLimits limits = new NbdLimits(1, 128, MAX_BYTES, 0, 1000, 1000);
        try (RawClient client = connect(limits)) {
            for (int i = 0; i < 3; i++) {
                client.sendRequest(NbdCommand.READ, 0, i, 0, MAX_BYTES / 2);
            }
            await().until(() -> disk.held() >= 2);
            assertThat(disk.held()).isEqualTo(2);
            assertThat(server.bufferBytesInUse()).isLessThanOrEqualTo(MAX_BYTES + (1 << 20));
            disk.answerHeld();
            client.readReply();
            client.readBytes(MAX_BYTES / 2);
            client.readReply();
            client.readBytes(MAX_BYTES / 2);
            await().until(() -> disk.held() == 1);
            disk.answerHeld();
            assertThat(client.readReply().cookie()).isEqualTo(2);
            client.readBytes(MAX_BYTES / 2);
        }
    }

    @Test
    void aGoodbyeIsFollowedByTheAnswersStillDue() throws IOException {
        disk.close();
        disk = MemoryDisk.answeringWhenTold(SIZE_BYTES);
        try (RawClient client = connect()) {
            client.sendRequest(NbdCommand.READ, 0, 1, 0, 512);
            client.sendRequest(NbdCommand.DISC, 0, 2, 0, 0);
            await().until(() -> disk.held() == 1);
            disk.answerHeld();
            assertThat(client.readReply().cookie()).isEqualTo(1);
            client.readBytes(512);
            assertThat(client.isHungUp()).isTrue();
        }
    }

    @Test
    void aClientThatVanishesLeavesNothingBehind() throws IOException {
        disk.close();
        disk = MemoryDisk.answeringWhenTold(SIZE_BYTES);
        try (RawClient client = connect()) {
            client.sendRequest(NbdCommand.READ, 0, 1, 0, 512);
            client.sendRequest(NbdCommand.WRITE, 0, 2, 0, 4096);
            client.sendZeros(100);
            await().until(() -> disk.held() == 1);
        }
    }

    @Test
    void aClientThatReadsNothingDoesNotHoldUpTheDisk() throws IOException {
        disk.close();
        disk = MemoryDisk.answeringWhenTold(SIZE_BYTES);
        try (RawClient client = connect()) {
            for (int i = 0; i < 100; i++) {
                client.sendRequest(NbdCommand.READ, 0, i, 0, 128 << 10);
            }
            await().until(() -> disk.held() == 100);
            // 12.8 MB that the socket cannot take: this returns only if completing never writes
            disk.answerHeld();
            assertThat(server.bufferBytesInUse()).isGreaterThan(8 << 20);
        }
    }
}
