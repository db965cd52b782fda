package storage.dispersive.pod.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static storage.dispersive.pod.store.StoreClient.EPOCH;
import static storage.dispersive.pod.store.StoreClient.POD;
import static storage.dispersive.pod.store.StoreClient.RUN;
import static storage.dispersive.pod.store.StoreClient.VOLUME;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import storage.dispersive.pod.rehearsal.Portions;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodRequest;
import storage.dispersive.wire.Refusal;

class StoreOnDiskTest {

    @TempDir Path directory;

    @Test
    void findsEverythingAgainAfterItWasClosed() throws Exception {
        try (StoreClient client = StoreClient.attached(directory)) {
            for (int seq = 2; seq <= 60; seq++) {
                assertThat(client.append(seq, 1 + seq % 3)).isEqualTo(new PodReply.Appended());
            }
            client.ask(
                    new PodRequest.KeepShare(
                            VOLUME, client.store().incarnation(), new byte[] {1, 2, 3}));
        }
        try (StoreClient client = StoreClient.open(directory)) {
            assertThat(client.list().seqs())
                    .containsExactlyElementsOf(LongStream.rangeClosed(2, 60).boxed().toList());
            assertThat(client.list().damage()).isEqualTo(PodReply.Damage.NONE);
            for (int seq = 2; seq <= 60; seq++) {
                int blocks = 1 + seq % 3;
                assertThat(client.bytes(seq, blocks - 1, 1)).hasSize(4112);
                assertThat(client.bytes(seq, 0, blocks)).isEqualTo(Portions.payload(seq, blocks));
            }
            PodReply share =
                    client.ask(new PodRequest.FetchShare(VOLUME, client.store().incarnation()));
            assertThat(((PodReply.Share) share).share()).containsExactly(1, 2, 3);
        }
    }

    @Test
    void takesPortionsOfEveryLength() throws Exception {
        try (StoreClient client = StoreClient.attached(directory)) {
            for (int blocks : new int[] {0, 1, 2, 15, 16, 17, 255, 256, 1024}) {
                assertThat(client.append(blocks + 2L, blocks)).isEqualTo(new PodReply.Appended());
            }
        }
        try (StoreClient client = StoreClient.open(directory)) {
            for (int blocks : new int[] {1, 2, 15, 16, 17, 255, 256, 1024}) {
                assertThat(client.bytes(blocks + 2L, 0, blocks))
                        .isEqualTo(Portions.payload(blocks + 2L, blocks));
            }
        }
    }

    @Test
    void usesSpareFilesAndGetsDeletedOnesBack() throws Exception {
        StoreLimits limits = StoreLimits.SMALL.withSpareFiles(2);
        try (StoreClient client = StoreClient.open(directory, POD, limits, new Random())) {
            client.ask(new PodRequest.Found(VOLUME, 0, Portions.CODE));
            client.fence(EPOCH, RUN);
            for (int round = 0; round < 20; round++) {
                for (int i = 0; i < 10; i++) {
                    Portions.Spec spec =
                            new Portions.Spec(EPOCH, RUN, 2 + round * 10L + i, 0, round, 1);
                    assertThat(client.append(spec, 1)).isEqualTo(new PodReply.Appended());
                }
                if (round > 0) {
                    assertThat(
                                    client.ask(
                                            new PodRequest.DeleteSegments(
                                                    VOLUME,
                                                    client.store().incarnation(),
                                                    EPOCH,
                                                    List.of(round - 1L))))
                            .isEqualTo(new PodReply.Deleted());
                }
            }
            assertThat(client.list().seqs()).hasSize(10);
        }
        try (StoreClient client = StoreClient.open(directory, POD, limits, new Random())) {
            assertThat(client.list().seqs())
                    .containsExactlyElementsOf(LongStream.range(192, 202).boxed().toList());
        }
        try (var files = Files.list(directory)) {
            assertThat(files.count()).isLessThanOrEqualTo(8);
        }
    }

    @Test
    void refusesADirectoryThatIsAFile() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        assertReason(file, StoreException.Reason.NOT_A_DIRECTORY);
    }

    @Test
    void refusesADirectoryThatCannotBeWritten() throws Exception {
        Path closed = Files.createDirectory(directory.resolve("closed"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-x------"));
        // Root may write everywhere but where the file system says no.
        boolean mount = Files.isWritable(closed);
        if (mount) {
            run("mount", "-t", "tmpfs", "-o", "ro,size=64k", "none", closed.toString());
        }
        try {
            assertReason(closed, StoreException.Reason.NOT_WRITABLE);
        } finally {
            if (mount) {
                run("umount", closed.toString());
            }
        }
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
    }

    @Test
    void refusesADirectoryOfAnotherPod() throws Exception {
        StoreClient.open(directory, new PodIdentity("other"), StoreLimits.SMALL, new Random())
                .close();
        assertReason(directory, StoreException.Reason.OTHER_POD);
    }

    @Test
    void refusesADirectoryOfOtherThings() throws Exception {
        Files.writeString(directory.resolve("thesis.tex"), "years of work");
        assertReason(directory, StoreException.Reason.NOT_A_STORE);
    }

    @Test
    void refusesWhatASecondOneUses() throws Exception {
        try (StoreClient client = StoreClient.open(directory)) {
            assertThat(client.store().isClosed()).isFalse();
            assertReason(directory, StoreException.Reason.LOCKED);
        }
        StoreClient.open(directory).close();
    }

    @Test
    void refusesWhatAnotherProcessUses() throws Exception {
        StoreClient.open(directory).close();
        Process other =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx32m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                LockHolder.class.getName(),
                                directory.resolve("lock").toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try {
            assertThat(other.inputReader().readLine()).isEqualTo("locked");
            assertReason(directory, StoreException.Reason.LOCKED);
        } finally {
            other.destroyForcibly().waitFor();
        }
        StoreClient.open(directory).close();
    }

    /** The other process. */
    static final class LockHolder {
        private LockHolder() {}

        public static void main(String[] args) throws Exception {
            try (FileChannel channel =
                    FileChannel.open(Path.of(args[0]), StandardOpenOption.WRITE)) {
                System.out.println(channel.tryLock() == null ? "busy" : "locked");
                System.in.read();
            }
        }
    }

    @Test
    void refusesAFutureFormat() throws Exception {
        StoreClient.open(directory).close();
        Path file = directory.resolve("store");
        ByteBuf bytes = Unpooled.wrappedBuffer(Files.readAllBytes(file));
        bytes.setShort(4, 2);
        bytes.setInt(bytes.capacity() - 4, Checksums.of(bytes, 0, bytes.capacity() - 4));
        Files.write(file, bytes.array());
        assertReason(directory, StoreException.Reason.FUTURE_FORMAT);
    }

    @Test
    void refusesAStoreWhoseOwnFileIsLost() throws Exception {
        StoreClient.attached(directory).close();
        Files.delete(directory.resolve("store"));
        assertReason(directory, StoreException.Reason.NOT_A_STORE);
    }

    @Test
    void servesOtherVolumesWhenTheRecordOfOneIsDamaged() throws Exception {
        try (StoreClient client = StoreClient.attached(directory)) {
            client.append(2, 1);
        }
        Path file = directory.resolve(VOLUME + ".volume");
        byte[] bytes = Files.readAllBytes(file);
        bytes[20] ^= 1;
        Files.write(file, bytes);
        try (StoreClient client = StoreClient.open(directory)) {
            assertThat(((PodReply.Refused) client.fence(EPOCH, RUN)).refusal())
                    .isEqualTo(Refusal.CORRUPT);
            assertThat(client.ask(new PodRequest.Found(new VolumeId(7, 7), 1, Portions.CODE)))
                    .isInstanceOf(PodReply.Founded.class);
        }
    }

    private static void assertReason(Path at, StoreException.Reason reason) {
        assertThatThrownBy(() -> StoreClient.open(at).close())
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
