package storage.dispersive.csi.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import storage.dispersive.csi.node.NodeInMemory;
import storage.dispersive.csi.protocol.CapacityRange;
import storage.dispersive.csi.protocol.ControllerExpandVolumeRequest;
import storage.dispersive.csi.protocol.ControllerGetVolumeRequest;
import storage.dispersive.csi.protocol.ControllerGrpc;
import storage.dispersive.csi.protocol.ControllerPublishVolumeRequest;
import storage.dispersive.csi.protocol.CreateVolumeRequest;
import storage.dispersive.csi.protocol.DeleteVolumeRequest;
import storage.dispersive.csi.protocol.GetCapacityRequest;
import storage.dispersive.csi.protocol.ListVolumesRequest;
import storage.dispersive.csi.protocol.ListVolumesResponse;
import storage.dispersive.csi.protocol.NodeExpandVolumeRequest;
import storage.dispersive.csi.protocol.NodeGrpc;
import storage.dispersive.csi.protocol.NodePublishVolumeRequest;
import storage.dispersive.csi.protocol.NodeStageVolumeRequest;
import storage.dispersive.csi.protocol.NodeUnpublishVolumeRequest;
import storage.dispersive.csi.protocol.NodeUnstageVolumeRequest;
import storage.dispersive.csi.protocol.ValidateVolumeCapabilitiesRequest;
import storage.dispersive.csi.protocol.ValidateVolumeCapabilitiesResponse;
import storage.dispersive.csi.protocol.VolumeCapability;
import storage.dispersive.csi.protocol.VolumeCapability.AccessMode.Mode;
import storage.dispersive.csi.protocol.VolumeContentSource;

/** Whatever a caller sends, he is told what is wrong with it, and nothing is done. */
class HostileRequestsTest {

    private static final String SECRET = "correct-horse-battery";

    private final TriedDriver driver;

    HostileRequestsTest(@TempDir Path directory) throws IOException {
        driver = new TriedDriver(directory.resolve("csi.sock"), new NodeInMemory("node-a"));
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    private static VolumeCapability block(Mode mode) {
        return VolumeCapability.newBuilder()
                .setBlock(VolumeCapability.BlockVolume.getDefaultInstance())
                .setAccessMode(VolumeCapability.AccessMode.newBuilder().setMode(mode))
                .build();
    }

    private static VolumeCapability mount(VolumeCapability.MountVolume.Builder mount) {
        return block(Mode.SINGLE_NODE_WRITER).toBuilder().setMount(mount).build();
    }

    private static CreateVolumeRequest.Builder volume() {
        return CreateVolumeRequest.newBuilder()
                .setName("photos")
                .addVolumeCapabilities(block(Mode.SINGLE_NODE_WRITER));
    }

    private static CapacityRange range(long required, long limit) {
        return CapacityRange.newBuilder().setRequiredBytes(required).setLimitBytes(limit).build();
    }

    private record Mistake(String what, Code code, CreateVolumeRequest.Builder request) {}

    private static Mistake wrong(String what, CreateVolumeRequest.Builder request) {
        return new Mistake(what, Code.INVALID_ARGUMENT, request);
    }

    private static Mistake wrongUse(String what, VolumeCapability capability) {
        return wrong(what, volume().addVolumeCapabilities(capability));
    }

    private static VolumeCapability.MountVolume.Builder filesystem() {
        return VolumeCapability.MountVolume.newBuilder();
    }

    private static Stream<Mistake> names() {
        return Stream.of(
                wrong("no name", volume().clearName()),
                wrong("long name", volume().setName("x".repeat(129))),
                wrong("long name of few letters", volume().setName("ä".repeat(65))),
                wrong("control", volume().setName("a\u0000b")),
                wrong("line", volume().setName("a\nb")));
    }

    private static Stream<Mistake> uses() {
        VolumeCapability usual = block(Mode.SINGLE_NODE_WRITER);
        return Stream.of(
                wrong("no capability", volume().clearVolumeCapabilities()),
                wrongUse("no access type", usual.toBuilder().clearBlock().build()),
                wrongUse("no mode", block(Mode.UNKNOWN)),
                wrongUse("many writers", block(Mode.MULTI_NODE_MULTI_WRITER)),
                wrongUse("one writer of many nodes", block(Mode.MULTI_NODE_SINGLE_WRITER)),
                wrongUse("many readers", block(Mode.MULTI_NODE_READER_ONLY)),
                wrongUse("a mode to come", unknownMode()),
                wrong(
                        "many capabilities",
                        volume().addAllVolumeCapabilities(Collections.nCopies(100, usual))),
                wrongUse("fs_type", mount(filesystem().setFsType("btrfs"))),
                wrongUse("mount group", mount(filesystem().setVolumeMountGroup("7"))),
                wrongUse("blank in a flag", mount(filesystem().addMountFlags("a b"))),
                wrongUse("long flags", mount(filesystem().addMountFlags("x".repeat(5000)))));
    }

    private static Stream<Mistake> sizes() {
        return Stream.of(
                wrong("negative", volume().setCapacityRange(range(-1, 0))),
                wrong("negative limit", volume().setCapacityRange(range(0, -1))),
                wrong("limit below", volume().setCapacityRange(range(2 << 20, 1 << 20))),
                new Mistake(
                        "too large",
                        Code.OUT_OF_RANGE,
                        volume().setCapacityRange(range(Long.MAX_VALUE, 0))),
                new Mistake(
                        "no such size",
                        Code.OUT_OF_RANGE,
                        volume().setCapacityRange(range((1 << 20) + 1, (1 << 20) + 2))));
    }

    private static Stream<Mistake> parameters() {
        return Stream.of(
                wrong("unknown parameter", volume().putParameters("replicas", "3")),
                wrong("parameter without name", volume().putParameters("", "3")),
                wrong("large parameters", volume().putParameters("pool", "x".repeat(5000))),
                wrong("changeable parameter", volume().putChangeableParameters("data", "3")),
                wrong(
                        "clone",
                        volume().setVolumeContentSource(
                                        VolumeContentSource.newBuilder()
                                                .setVolume(
                                                        VolumeContentSource.VolumeSource
                                                                .newBuilder()
                                                                .setVolumeId("ours/other")))));
    }

    private static VolumeCapability unknownMode() {
        return block(Mode.SINGLE_NODE_WRITER).toBuilder()
                .setAccessMode(VolumeCapability.AccessMode.newBuilder().setModeValue(99))
                .build();
    }

    @TestFactory
    Stream<DynamicTest> whatCannotBeMadeIsRefused() {
        return Stream.of(names(), uses(), sizes(), parameters())
                .flatMap(it -> it)
                .map(mistake -> DynamicTest.dynamicTest(mistake.what(), () -> refused(mistake)));
    }

    private void refused(Mistake mistake) {
        CreateVolumeRequest request = mistake.request().putSecrets("passphrase", SECRET).build();
        Status status = TriedDriver.status(() -> driver.controller().createVolume(request));
        assertThat(status.getCode()).as(status.toString()).isEqualTo(mistake.code());
        assertThat(status.getDescription()).isNotBlank().doesNotContain(SECRET, "\n");
        assertThat(driver.controller().listVolumes(ListVolumesRequest.getDefaultInstance()))
                .isEqualTo(ListVolumesResponse.getDefaultInstance());
    }

    @Test
    void aMessageThatIsTooLargeIsRefused() {
        CreateVolumeRequest request = volume().putParameters("pool", "x".repeat(2 << 20)).build();
        assertThat(TriedDriver.status(() -> driver.controller().createVolume(request)).getCode())
                .isEqualTo(Code.RESOURCE_EXHAUSTED);
    }

    @Test
    void aVolumeIdThatIsNoneOfOursIsGoneOrMissing() {
        for (String id : List.of("x", "a/b/c", "/", "ours/", "/photos", "Ours/Photos", "../x")) {
            assertThat(delete(id)).isEqualTo(Code.OK);
            assertThat(get(id)).isEqualTo(Code.NOT_FOUND);
        }
        assertThat(delete("")).isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(get("")).isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(get("x".repeat(129))).isEqualTo(Code.INVALID_ARGUMENT);
    }

    private Code delete(String id) {
        return TriedDriver.status(() ->
                        driver.controller()
                                .deleteVolume(
                                        DeleteVolumeRequest.newBuilder().setVolumeId(id).build()))
                .getCode();
    }

    private Code get(String id) {
        return TriedDriver.status(() ->
                        driver.controller()
                                .controllerGetVolume(
                                        ControllerGetVolumeRequest.newBuilder()
                                                .setVolumeId(id)
                                                .build()))
                .getCode();
    }

    @Test
    void otherCallsOfTheControllerRefuseWhatCannotBe() {
        ControllerPublishVolumeRequest publish =
                ControllerPublishVolumeRequest.newBuilder()
                        .setVolumeId("ours/photos")
                        .setNodeId("node-a")
                        .setVolumeCapability(block(Mode.SINGLE_NODE_WRITER))
                        .build();
        controllerRefuses(
                it -> it.controllerPublishVolume(publish.toBuilder().setReadonly(true).build()));
        controllerRefuses(it ->
                it.controllerPublishVolume(publish.toBuilder().setNodeId("n".repeat(257)).build()));
        controllerRefuses(it ->
                it.controllerPublishVolume(
                        publish.toBuilder()
                                .setVolumeCapability(block(Mode.MULTI_NODE_MULTI_WRITER))
                                .build()));
        controllerRefuses(
                it -> it.listVolumes(ListVolumesRequest.newBuilder().setMaxEntries(-1).build()));
        controllerRefuses(it ->
                it.getCapacity(GetCapacityRequest.newBuilder().putParameters("a", "b").build()));
        controllerRefuses(it ->
                it.controllerExpandVolume(
                        ControllerExpandVolumeRequest.newBuilder()
                                .setVolumeId("ours/photos")
                                .setCapacityRange(range(0, 0))
                                .build()));
    }

    private void controllerRefuses(Consumer<ControllerGrpc.ControllerBlockingStub> call) {
        Status status = TriedDriver.status(() -> call.accept(driver.controller()));
        assertThat(status.getCode()).as(status.toString()).isEqualTo(Code.INVALID_ARGUMENT);
    }

    @Test
    void whatAVolumeCannotDoIsNotConfirmedAndNoError() {
        var _ = driver.controller().createVolume(volume().build());
        ValidateVolumeCapabilitiesRequest request =
                ValidateVolumeCapabilitiesRequest.newBuilder()
                        .setVolumeId("ours/photos")
                        .addVolumeCapabilities(block(Mode.MULTI_NODE_MULTI_WRITER))
                        .build();
        ValidateVolumeCapabilitiesResponse answer =
                driver.controller().validateVolumeCapabilities(request);
        assertThat(answer.hasConfirmed()).isFalse();
        assertThat(answer.getMessage()).contains("ReadWriteOnce");
        ValidateVolumeCapabilitiesResponse other =
                driver.controller()
                        .validateVolumeCapabilities(
                                request.toBuilder()
                                        .clearVolumeCapabilities()
                                        .addVolumeCapabilities(block(Mode.SINGLE_NODE_WRITER))
                                        .putParameters("data", "7")
                                        .build());
        assertThat(other.hasConfirmed()).isFalse();
        assertThat(other.getMessage()).contains("other parameters");
    }

    @Test
    void aNodeRefusesPathsThatLeadElsewhere() {
        NodeStageVolumeRequest stage =
                NodeStageVolumeRequest.newBuilder()
                        .setVolumeId("ours/photos")
                        .setVolumeCapability(block(Mode.SINGLE_NODE_WRITER))
                        .putPublishContext("generation", "1")
                        .build();
        NodePublishVolumeRequest publish =
                NodePublishVolumeRequest.newBuilder()
                        .setVolumeId("ours/photos")
                        .setVolumeCapability(block(Mode.SINGLE_NODE_WRITER))
                        .setTargetPath("/target")
                        .build();
        for (String path :
                List.of(
                        "relative",
                        "/a/../etc",
                        "/",
                        "/a/./b",
                        "/a\u0000b",
                        "/a\nb",
                        "/" + "x".repeat(4096))) {
            nodeRefuses(
                    it -> it.nodeStageVolume(stage.toBuilder().setStagingTargetPath(path).build()));
            nodeRefuses(it ->
                    it.nodePublishVolume(publish.toBuilder().setStagingTargetPath(path).build()));
            nodeRefuses(it ->
                    it.nodeUnstageVolume(
                            NodeUnstageVolumeRequest.newBuilder()
                                    .setVolumeId("ours/photos")
                                    .setStagingTargetPath(path)
                                    .build()));
            nodeRefuses(it ->
                    it.nodeUnpublishVolume(
                            NodeUnpublishVolumeRequest.newBuilder()
                                    .setVolumeId("ours/photos")
                                    .setTargetPath(path)
                                    .build()));
        }
    }

    @Test
    void aNodeRefusesAPublishContextThatIsNotTheControllers() {
        NodeStageVolumeRequest stage =
                NodeStageVolumeRequest.newBuilder()
                        .setVolumeId("ours/photos")
                        .setVolumeCapability(block(Mode.SINGLE_NODE_WRITER))
                        .setStagingTargetPath("/staging")
                        .build();
        nodeRefuses(it -> it.nodeStageVolume(stage));
        for (String generation : List.of("", "0", "-1", "x", "9999999999999999999", "1 ")) {
            nodeRefuses(it ->
                    it.nodeStageVolume(
                            stage.toBuilder().putPublishContext("generation", generation).build()));
        }
        nodeRefuses(it ->
                it.nodeExpandVolume(
                        NodeExpandVolumeRequest.newBuilder()
                                .setVolumeId("ours/photos")
                                .setVolumePath("/target")
                                .setCapacityRange(range(2, 1))
                                .build()));
    }

    private void nodeRefuses(Consumer<NodeGrpc.NodeBlockingStub> call) {
        Status status = TriedDriver.status(() -> call.accept(driver.node()));
        assertThat(status.getCode()).as(status.toString()).isEqualTo(Code.INVALID_ARGUMENT);
    }
}
