package storage.dispersive.cli.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import storage.dispersive.cli.state.VolumeRecord.Attachment;
import storage.dispersive.portion.Code;
import storage.dispersive.portion.VolumeId;

class VolumeRecordsTest {

    private static final Attachment HERE = new Attachment(Face.NBD, "2026-11-22T20:00:00Z");

    @TempDir private Path directory;

    private SanHome home = new SanHome(Path.of("/nonexistent"));
    private VolumeRecords records = new VolumeRecords(home);

    @BeforeEach
    void makeHome() {
        home = new SanHome(directory.resolve("san"));
        home.create();
        records = new VolumeRecords(home);
    }

    private static VolumeRecord volume(String name) {
        return VolumeRecord.creating(
                        name,
                        new VolumeId(1, 2),
                        1 << 20,
                        new Code(2, 1),
                        new KeySource.Dispersed())
                .on(List.of("pod-0", "pod-1", "pod-2"));
    }

    @Test
    void aRecordIsReadBackAsItWasWritten() {
        records.add(volume("a"));
        VolumeRecord attached = volume("a").attached(HERE);
        records.replace(volume("a"), attached);
        assertThat(new VolumeRecords(home).get("a")).isEqualTo(attached);
        assertThat(attached.generation()).isEqualTo(1);
    }

    @Test
    void onlyTheOwnerMayReadARecord() throws Exception {
        records.add(volume("a"));
        Path file = home.volumeRecord("a");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.root())))
                .isEqualTo("rwx------");
    }

    @Test
    void aChangeOfARecordThatAnotherCommandHasChangedIsRefused() {
        records.add(volume("a"));
        VolumeRecord seen = records.get("a");
        records.replace(seen, seen.attached(HERE));
        assertThatExceptionOfType(SanException.class)
                .isThrownBy(() -> records.replace(seen, seen.attached(HERE)))
                .withMessageContaining("another command changed volume 'a'");
        assertThat(records.get("a").generation()).isEqualTo(1);
    }

    @Test
    void ofManyThatAttachAtTheSameTimeOneWins() throws Exception {
        records.add(volume("a"));
        VolumeRecord seen = records.get("a");
        int contenders = 8;
        CountDownLatch begin = new CountDownLatch(1);
        ConcurrentLinkedQueue<String> outcomes = new ConcurrentLinkedQueue<>();
        List<Thread> threads =
                java.util.stream.IntStream.range(0, contenders)
                        .mapToObj(i ->
                                Thread.ofPlatform()
                                        .start(() -> {
                                            try {
                                                begin.await();
                                                new VolumeRecords(home)
                                                        .replace(seen, seen.attached(HERE));
                                                outcomes.add("won");
                                            } catch (SanException e) {
                                                outcomes.add("lost");
                                            } catch (InterruptedException e) {
                                                Thread.currentThread().interrupt();
                                            }
                                        }))
                        .toList();
        begin.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(outcomes).hasSize(contenders).containsOnlyOnce("won");
    }

    @Test
    void aNameIsTakenOnce() {
        records.add(volume("a"));
        assertThatExceptionOfType(SanException.class)
                .isThrownBy(() -> records.add(volume("a")))
                .withMessage("there is a volume 'a' already");
    }

    @Test
    void anUnknownVolumeIsNamedInTheError() {
        assertThatExceptionOfType(SanException.class)
                .isThrownBy(() -> records.get("nobody"))
                .withMessage("there is no volume 'nobody'");
        assertThat(records.find("../../etc/passwd")).isEmpty();
    }

    @Test
    void aRecordThatIsRemovedLeavesNothing() {
        records.add(volume("a"));
        records.add(volume("b"));
        records.remove(records.get("a"));
        assertThat(records.all()).extracting(VolumeRecord::name).containsExactly("b");
        assertThat(home.volume("a")).doesNotExist();
    }

    @Test
    void aRecordOfAFutureFormatIsRefused() throws Exception {
        records.add(volume("a"));
        Path file = home.volumeRecord("a");
        Files.writeString(file, Files.readString(file).replace("\"format\" : 1", "\"format\" : 2"));
        assertThatThrownBy(() -> records.get("a"))
                .isInstanceOf(SanException.class)
                .hasMessageContaining("it is of format 2, this program knows 1");
    }

    @Test
    void aNewWriteLeavesTheOldRecordWholeWhenItIsCutShort() throws Exception {
        records.add(volume("a"));
        Files.writeString(home.volume("a").resolve("record.json.next"), "{\"format\": 1, \"na");
        assertThat(records.get("a")).isEqualTo(volume("a"));
        records.replace(volume("a"), volume("a").attached(HERE));
        assertThat(records.get("a").attachment()).isEqualTo(HERE);
    }
}
