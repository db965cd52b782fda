package storage.dispersive.mounter.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import storage.dispersive.mounter.Access;
import storage.dispersive.mounter.FileSystemType;
import storage.dispersive.mounter.FormatState;
import storage.dispersive.mounter.MounterException;
import storage.dispersive.mounter.MounterException.Reason;
import storage.dispersive.mounter.PublishOutcome;
import storage.dispersive.mounter.PublishRequest;
import storage.dispersive.mounter.StageRequest;
import storage.dispersive.mounter.StageRequest.Lineage;
import storage.dispersive.mounter.StagingPath;
import storage.dispersive.mounter.TargetPath;
import storage.dispersive.mounter.VolumeKey;

/** What a caller that was taken over may try with paths. Needs root. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PathsTest {

    private static final VolumeKey VOLUME = TestNode.volume("team-a.data");

    @RegisterExtension private final OnNode on = new OnNode();
    private TestNode node;

    @BeforeEach
    void takeNode() {
        node = on.node();
    }

    private interface Asking {
        void ask() throws IOException;
    }

    private void refuses(Asking asking) {
        assertThatThrownBy(asking::ask)
                .isInstanceOfSatisfying(
                        MounterException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.REFUSED));
    }

    private void refusesEverywhere(Path path) {
        refuses(() ->
                node.mounter()
                        .mountFileSystem(
                                new StageRequest(
                                        VOLUME,
                                        new StagingPath(path),
                                        FileSystemType.EXT4,
                                        FormatState.DONE,
                                        Lineage.ORIGINAL,
                                        Access.READ_WRITE,
                                        List.of())));
        refuses(() ->
                node.mounter()
                        .publish(
                                new PublishRequest.FileSystem(
                                        VOLUME,
                                        node.staging(VOLUME),
                                        new TargetPath(path),
                                        Access.READ_WRITE)));
        refuses(() ->
                node.mounter().publish(new PublishRequest.Block(VOLUME, new TargetPath(path))));
        refuses(() -> node.mounter().unpublish(new TargetPath(path)));
        refuses(() -> node.mounter().unstage(new StagingPath(path)));
        refuses(() -> node.mounter().stats(path));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/etc",
                "/proc/self/root",
                "relative",
                "KUBELET",
                "KUBELET/../state",
                "KUBELET/a/../b",
                "STATE/team-a.data",
                "KUBELETother/a"
            })
    void whatIsOutsideOfTheRootsIsRefused(String path) throws IOException {
        node.stage(VOLUME, FileSystemType.EXT4);
        refusesEverywhere(
                Path.of(
                        path.replace("KUBELET", node.kubelet.toString())
                                .replace("STATE", node.state.toString())));
        assertThat(node.isMounted(node.staging(VOLUME).path())).isTrue();
    }

    @Test
    void aSymbolicLinkOnTheWayOrAtItsEndIsRefused() throws IOException {
        node.stage(VOLUME, FileSystemType.EXT4);
        Path victim = Files.createDirectories(node.directory.resolve("victim/inner"));
        Path link = node.kubelet.resolve("link");
        Files.createSymbolicLink(link, node.directory.resolve("victim"));
        refusesEverywhere(link.resolve("inner"));
        assertThat(
                        node.mounter()
                                .publish(
                                        new PublishRequest.FileSystem(
                                                VOLUME,
                                                node.staging(VOLUME),
                                                new TargetPath(link),
                                                Access.READ_WRITE)))
                .isInstanceOf(PublishOutcome.TargetTaken.class);
        assertThat(node.mounter().publish(new PublishRequest.Block(VOLUME, new TargetPath(link))))
                .isInstanceOf(PublishOutcome.TargetTaken.class);
        refuses(() -> node.mounter().unpublish(new TargetPath(link)));
        refuses(() -> node.mounter().stats(link.resolve("inner")));
        assertThat(victim).isEmptyDirectory();
        assertThat(Files.isSymbolicLink(link)).isTrue();
        assertThat(node.mounts()).hasSize(2);
    }

    @Test
    void whatIsInADirectoryIsNotHiddenByAMount() throws IOException {
        node.attach(VOLUME);
        node.format(VOLUME, FileSystemType.EXT4);
        StageRequest request = node.stageRequest(VOLUME, FileSystemType.EXT4);
        Path file = Files.writeString(request.staging().path().resolve("config"), "x");
        refuses(() -> node.mounter().mountFileSystem(request));
        assertThat(file).hasContent("x");
    }

    @Test
    void aFileInPlaceOfADirectoryIsRefused() throws IOException {
        node.stage(VOLUME, FileSystemType.EXT4);
        Path file = Files.writeString(node.kubelet.resolve("file"), "x");
        refusesEverywhere(file.resolve("below"));
        refuses(() ->
                node.mounter()
                        .mountFileSystem(
                                new StageRequest(
                                        VOLUME,
                                        new StagingPath(file),
                                        FileSystemType.EXT4,
                                        FormatState.DONE,
                                        Lineage.ORIGINAL,
                                        Access.READ_WRITE,
                                        List.of())));
        refuses(() -> node.mounter().unpublish(new TargetPath(file)));
        assertThat(file).hasContent("x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "suid",
                "dev",
                "journal_path=/etc/shadow",
                "journal_dev=0x700",
                "logdev=/x",
                "rtdev=/x",
                "errors=panic",
                "noatime,suid",
                "commit=5,dev",
                "context=x",
                "bind",
                "remount",
                "loop",
                "x-mount.mkdir",
                "usrjquota=a",
                "data=a",
                "commit=",
                ""
            })
    void optionsThatCouldDoHarmAreRefused(String option) throws IOException {
        node.attach(VOLUME);
        for (FileSystemType type : FileSystemType.values()) {
            refuses(() -> node.mounter().mountFileSystem(node.stageRequest(VOLUME, type, option)));
        }
    }

    @Test
    void usualOptionsWork() throws IOException {
        node.attach(VOLUME);
        node.format(VOLUME, FileSystemType.EXT4);
        node.mounter()
                .mountFileSystem(
                        node.stageRequest(
                                VOLUME,
                                FileSystemType.EXT4,
                                "noatime",
                                "discard",
                                "commit=30",
                                "nosuid",
                                "noexec",
                                "errors=remount-ro",
                                "data=ordered"));
        assertThat(node.isMounted(node.staging(VOLUME).path())).isTrue();
    }
}
