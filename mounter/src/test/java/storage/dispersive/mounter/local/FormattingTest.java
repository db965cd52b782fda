package storage.dispersive.mounter.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static storage.dispersive.mounter.local.TestNode.MIB;
import static storage.dispersive.mounter.local.TestNode.SIZE;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import storage.dispersive.mounter.Content;
import storage.dispersive.mounter.Content.History;
import storage.dispersive.mounter.FileSystemType;
import storage.dispersive.mounter.FormatOutcome;
import storage.dispersive.mounter.FormatRequest;
import storage.dispersive.mounter.FormatState;
import storage.dispersive.mounter.MountOutcome;
import storage.dispersive.mounter.MounterException;
import storage.dispersive.mounter.UnmountOutcome;
import storage.dispersive.mounter.VolumeKey;

/** What is on a device, and when a file system is made. Needs root. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FormattingTest {

    private static final VolumeKey VOLUME = TestNode.volume("team-a.data");

    @RegisterExtension private final OnNode on = new OnNode();
    private TestNode node;

    @BeforeEach
    void takeNode() {
        node = on.node();
    }

    private FormatOutcome format(FileSystemType type, FormatState state) throws IOException {
        return node.mounter().format(new FormatRequest(VOLUME, type, state));
    }

    @Test
    void aFreshDiskIsBlank() throws IOException {
        node.attach(VOLUME);
        Content content = node.mounter().look(VOLUME);
        assertThat(content).isInstanceOf(Content.Blank.class);
        assertThat(((Content.Blank) content).bytesRead()).isGreaterThan(4 * MIB);
    }

    @ParameterizedTest
    @EnumSource(FileSystemType.class)
    void aFileSystemIsMadeOnlyAfterItsBeginWasRecorded(FileSystemType type) throws IOException {
        SparseDisk disk = node.attach(VOLUME);
        assertThat(format(type, FormatState.NEVER)).isInstanceOf(FormatOutcome.RecordBegun.class);
        assertThat(disk.writtenBytes()).isZero();
        assertThat(format(type, FormatState.BEGUN)).isInstanceOf(FormatOutcome.Formatted.class);
        assertThat(node.mounter().look(VOLUME))
                .matches(content ->
                        content instanceof Content.FileSystem there
                                && there.type() == type
                                && there.history() == History.NEVER_MOUNTED);
        assertThat(format(type, FormatState.DONE)).isInstanceOf(FormatOutcome.Formatted.class);
    }

    @ParameterizedTest
    @EnumSource(FileSystemType.class)
    void makingAFileSystemWritesLittle(FileSystemType type) throws IOException {
        SparseDisk disk = node.attach(VOLUME, new SparseDisk(64L << 30));
        node.format(VOLUME, type);
        assertThat(disk.writtenBytes()).isLessThan(8 * MIB);
    }

    @ParameterizedTest
    @EnumSource(FileSystemType.class)
    void aMountedFileSystemIsNeverMadeAgainWhateverARecordSays(FileSystemType type)
            throws IOException {
        node.stage(VOLUME, type);
        assertThat(node.mounter().unstage(node.staging(VOLUME)))
                .isInstanceOf(UnmountOutcome.Unmounted.class);
        long written = node.device(VOLUME).sizeBytes();
        assertThat(written).isEqualTo(SIZE);
        for (FormatState state : new FormatState[] {FormatState.NEVER, FormatState.BEGUN}) {
            assertThat(format(type, state))
                    .as(state.name())
                    .isInstanceOf(FormatOutcome.Refused.class);
        }
        assertThat(node.mounter().mountFileSystem(node.stageRequest(VOLUME, type)))
                .isInstanceOf(MountOutcome.Mounted.class);
    }

    @ParameterizedTest
    @EnumSource(FileSystemType.class)
    void aFileSystemWhoseMountCrashedIsNotMadeAgain(FileSystemType type) throws IOException {
        SparseDisk disk = node.attach(VOLUME);
        node.format(VOLUME, type);
        node.mounter().mountFileSystem(node.stageRequest(VOLUME, type));
        Path file = node.staging(VOLUME).path().resolve("file");
        Files.writeString(file, "precious");
        TestNode.run("sync", file.toString());
        // The node is fenced off: nothing is written any more, and another one takes over.
        node.mounter().abandonDisk(VOLUME);
        node.stopServing(VOLUME);
        node.attach(VOLUME, disk);
        assertThat(format(type, FormatState.BEGUN)).isInstanceOf(FormatOutcome.Refused.class);
        node.mounter().mountFileSystem(node.stageRequest(VOLUME, type));
        assertThat(file).hasContent("precious");
    }

    @ParameterizedTest
    @EnumSource(FileSystemType.class)
    void whatAKilledMkfsLeftIsMadeAgain(FileSystemType type) throws IOException {
        SparseDisk disk = node.attach(VOLUME);
        // Metadata without a superblock, here and there.
        disk.put(1028 * 4096, new byte[] {1, 2, 3});
        disk.put(SIZE / 2, "half".getBytes(StandardCharsets.US_ASCII));
        disk.put(SIZE - 4096, new byte[] {7});
        assertThat(node.mounter().look(VOLUME)).isInstanceOf(Content.Unrecognised.class);
        assertThat(format(type, FormatState.NEVER)).isInstanceOf(FormatOutcome.Refused.class);
        assertThat(format(type, FormatState.BEGUN)).isInstanceOf(FormatOutcome.Formatted.class);
        assertThat(node.mounter().mountFileSystem(node.stageRequest(VOLUME, type)))
                .isInstanceOf(MountOutcome.Mounted.class);
    }

    @ParameterizedTest
    @EnumSource(FileSystemType.class)
    void aWholeFileSystemThatWasNotRecordedIsMadeAgain(FileSystemType type) throws IOException {
        node.attach(VOLUME);
        node.format(VOLUME, type);
        FileSystemType other =
                type == FileSystemType.XFS ? FileSystemType.EXT4 : FileSystemType.XFS;
        assertThat(format(other, FormatState.BEGUN)).isInstanceOf(FormatOutcome.Formatted.class);
        assertThat(format(type, FormatState.DONE)).isInstanceOf(FormatOutcome.Refused.class);
        assertThat(format(other, FormatState.DONE)).isInstanceOf(FormatOutcome.Formatted.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 700_000, MIB + 4096, SIZE / 2, SIZE - MIB, SIZE - 4096})
    void aDiskThatCannotBeReadIsNotBlankAndNeverFormatted(long from) throws IOException {
        SparseDisk disk = node.attach(VOLUME);
        disk.failReadsFrom(from);
        assertThat(node.mounter().look(VOLUME)).isInstanceOf(Content.Unreadable.class);
        for (FormatState state : FormatState.values()) {
            assertThat(format(FileSystemType.EXT4, state))
                    .isInstanceOf(FormatOutcome.Refused.class);
        }
        assertThat(disk.writtenBytes()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 512, 1024, MIB - 1, SIZE - MIB, SIZE - 1})
    void oneByteIsEnoughNotToBeBlank(long at) throws IOException {
        SparseDisk disk = node.attach(VOLUME);
        disk.put(at, new byte[] {1});
        assertThat(node.mounter().look(VOLUME)).isInstanceOf(Content.Unrecognised.class);
        assertThat(format(FileSystemType.EXT4, FormatState.NEVER))
                .isInstanceOf(FormatOutcome.Refused.class);
    }

    @Test
    void anotherFileSystemOrPartitionsAreLeftAlone() throws IOException {
        SparseDisk disk = node.attach(VOLUME);
        TestNode.run("mkswap", node.device(VOLUME).device().toString());
        assertThat(node.mounter().look(VOLUME)).isInstanceOf(Content.SomethingElse.class);
        long written = disk.writtenBytes();
        for (FormatState state : FormatState.values()) {
            assertThat(format(FileSystemType.XFS, state)).isInstanceOf(FormatOutcome.Refused.class);
        }
        assertThat(disk.writtenBytes()).isEqualTo(written);
        assertThat(node.mounter().mountFileSystem(node.stageRequest(VOLUME, FileSystemType.XFS)))
                .isInstanceOf(MountOutcome.NotThere.class);
    }

    @Test
    void whatIsMountedElsewhereIsNotFormatted() throws IOException {
        SparseDisk disk = node.attach(VOLUME);
        node.format(VOLUME, FileSystemType.EXT4);
        node.mounter().mountFileSystem(node.stageRequest(VOLUME, FileSystemType.EXT4));
        // The disk shows nothing of it; the kernel still knows that the device is in use.
        disk.wipe();
        assertThatThrownBy(() -> format(FileSystemType.EXT4, FormatState.BEGUN))
                .isInstanceOfSatisfying(
                        MounterException.class, e -> assertThat(e).hasMessageContaining("EBUSY"));
    }

    @Test
    void aDiskThatIsTooSmallFailsWithTheWordsOfMkfs() throws IOException {
        node.attach(VOLUME, new SparseDisk(8 * MIB));
        assertThatThrownBy(() -> format(FileSystemType.XFS, FormatState.BEGUN))
                .isInstanceOf(MounterException.class)
                .hasMessageContaining("mkfs.xfs");
    }
}
