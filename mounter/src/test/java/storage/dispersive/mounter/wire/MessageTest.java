package storage.dispersive.mounter.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import storage.dispersive.mounter.Access;
import storage.dispersive.mounter.Content;
import storage.dispersive.mounter.FileSystemType;
import storage.dispersive.mounter.FormatOutcome;
import storage.dispersive.mounter.FormatRequest;
import storage.dispersive.mounter.FormatState;
import storage.dispersive.mounter.PublishRequest;
import storage.dispersive.mounter.StageRequest;
import storage.dispersive.mounter.StageRequest.Lineage;
import storage.dispersive.mounter.StagingPath;
import storage.dispersive.mounter.Survey;
import storage.dispersive.mounter.TargetPath;
import storage.dispersive.mounter.VolumeKey;
import storage.dispersive.mounter.VolumeStats;

/** Records as text, and what is refused of it. */
class MessageTest {

    private static final VolumeKey VOLUME = new VolumeKey("team-a.data");
    private static final Path PATH = Path.of("/var/lib/kubelet/ü \n%=x");

    static Stream<Call> calls() {
        return Stream.of(
                new Call.OpenDisk(VOLUME),
                new Call.AttachLoop(VOLUME),
                new Call.RefreshSize(VOLUME),
                new Call.CloseDisk(VOLUME),
                new Call.AbandonDisk(VOLUME),
                new Call.Look(VOLUME),
                new Call.Format(new FormatRequest(VOLUME, FileSystemType.XFS, FormatState.BEGUN)),
                new Call.MountFileSystem(
                        new StageRequest(
                                VOLUME,
                                new StagingPath(PATH),
                                FileSystemType.EXT4,
                                FormatState.DONE,
                                Lineage.COPY,
                                Access.READ_ONLY,
                                List.of("noatime", "", "commit=5"))),
                new Call.Publish(
                        new PublishRequest.FileSystem(
                                VOLUME,
                                new StagingPath(PATH),
                                new TargetPath(PATH.resolve("b")),
                                Access.READ_WRITE)),
                new Call.Publish(new PublishRequest.Block(VOLUME, new TargetPath(PATH))),
                new Call.Unpublish(new TargetPath(PATH)),
                new Call.Unstage(new StagingPath(PATH)),
                new Call.Grow(VOLUME),
                new Call.Stats(PATH),
                new Call.TakeSurvey());
    }

    @ParameterizedTest
    @MethodSource("calls")
    void everyCallArrivesAsItWasMade(Call call) throws ProtocolException {
        byte[] bytes = Message.of(Message.CALL, Call.class, call).encode();
        assertThat(Message.decode(bytes).value(Call.class)).isEqualTo(call);
        assertThat(call.patience()).isPositive();
    }

    @Test
    void callsOfTheFirstVersionStayWhatTheyAre() {
        byte[] bytes = Message.of(Message.CALL, Call.class, new Call.Stats(PATH)).encode();
        assertThat(bytes)
                .asString(StandardCharsets.US_ASCII)
                .isEqualTo(
                        """
                        mounter/1 call
                        it=Stats
                        it.path=/var/lib/kubelet/%c3%bc %0a%25=x
                        """);
    }

    @Test
    void answersWithAllKindsOfPartsArrive() throws ProtocolException {
        List<Survey.Disk> disks =
                IntStream.range(0, 300)
                        .mapToObj(i ->
                                new Survey.Disk(
                                        new VolumeKey("a.v" + i),
                                        Survey.Connection.KEPT,
                                        i % 2 == 0
                                                ? Optional.empty()
                                                : Optional.of(Path.of("/dev/loop" + i))))
                        .toList();
        Survey survey =
                new Survey(
                        disks,
                        List.of(
                                new Survey.Place(
                                        PATH,
                                        Survey.Form.BLOCK,
                                        Access.READ_ONLY,
                                        Optional.of(VOLUME)),
                                new Survey.Place(
                                        PATH,
                                        Survey.Form.FILE_SYSTEM,
                                        Access.READ_WRITE,
                                        Optional.empty())),
                        List.of(new Survey.Running(VOLUME, "mkfs.xfs", 12)));
        assertThat(there(Survey.class, survey)).isEqualTo(survey);
        FormatOutcome refused =
                new FormatOutcome.Refused(new Content.Unreadable("EIO"), "says who");
        assertThat(there(FormatOutcome.class, refused)).isEqualTo(refused);
        VolumeStats stats =
                new VolumeStats.FileSystem(
                        new VolumeStats.Amount(Long.MAX_VALUE, 2, 3),
                        new VolumeStats.Amount(4, 5, 6),
                        new VolumeStats.Condition.Abnormal("hangs"));
        assertThat(there(VolumeStats.class, stats)).isEqualTo(stats);
    }

    private static <T> T there(Class<T> type, T value) throws ProtocolException {
        return Message.decode(Message.of(Message.DONE, type, value).encode()).value(type);
    }

    /** Each bar is a line's end. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "mounter/1 call",
                "mounter/2 call|it=TakeSurvey|",
                "vnet/1 call|it=TakeSurvey|",
                "mounter/1 call|it=Nothing|",
                "mounter/1 call|it=Call|",
                "mounter/1 call|it=Look|",
                "mounter/1 call|it=Look|it.volume.value=../../etc|",
                "mounter/1 call|it=Look|it.volume.value=%|",
                "mounter/1 call|it=Look|it.volume.value=%zz|",
                "mounter/1 call|it=Look|it=Look|it.volume.value=a|",
                "mounter/1 call|it=Look|it.volume.value=a",
                "mounter/1 call|it=Look|=a|",
                "mounter/1 call|it=Stats|it.path=%00|",
                "mounter/1 call|it=Format|it.request.volume.value=a|it.request.type=ZFS|"
                        + "it.request.state=DONE|",
                "mounter/1 call|it=MountFileSystem|it.request.volume.value=a|"
                        + "it.request.staging.path=/a|it.request.type=EXT4|"
                        + "it.request.state=DONE|it.request.lineage=COPY|"
                        + "it.request.access=READ_ONLY|it.request.options=999999999|",
                "mounter/1 call|it=TakeSurvey|\u0007=|"
            })
    void whatIsNoCallIsRefused(String text) {
        assertThatThrownBy(() -> Message.decode(bytes(text.replace('|', '\n'))).value(Call.class))
                .isInstanceOf(ProtocolException.class);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Whatever comes, the server hears nothing but a protocol's error. */
    @Test
    void alteredCallsAreRefusedOrAreCalls() {
        Random random = new Random(7);
        List<Call> calls = calls().toList();
        for (int count = 0; count < 20_000; count++) {
            byte[] bytes =
                    Message.of(Message.CALL, Call.class, calls.get(count % calls.size())).encode();
            for (int change = 0; change <= count % 3; change++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(Message.decode(bytes).value(Call.class)).isNotNull();
            } catch (ProtocolException e) {
                assertThat(e).hasMessageNotContaining("fault");
            }
        }
    }

    @Test
    void unknownFieldsAreIgnored() throws ProtocolException {
        String text = "mounter/1 call\nit=Look\nit.volume.value=a\nit.hint=new\nmore=1\n";
        assertThat(Message.decode(text.getBytes(StandardCharsets.US_ASCII)).value(Call.class))
                .isEqualTo(new Call.Look(new VolumeKey("a")));
    }
}
