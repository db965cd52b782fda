package storage.dispersive.mounter.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import storage.dispersive.blockdevice.loop.FuseMount;
import storage.dispersive.linux.UserId;
import storage.dispersive.linux.keeper.KeeperClient;
import storage.dispersive.mounter.DiskClosing;
import storage.dispersive.mounter.DiskOpening;
import storage.dispersive.mounter.FileSystemType;
import storage.dispersive.mounter.MounterException;
import storage.dispersive.mounter.Survey;
import storage.dispersive.mounter.VolumeKey;
import storage.dispersive.mounter.wire.RemoteMounter;

/** The process: killed, started again, asked by other users. Needs root. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MounterMainTest {

    private static final VolumeKey VOLUME = new VolumeKey("team-a.data");
    private static final int STRANGER = 65_534;
    private static final int DRIVER = 64_320;
    private static final int ENGINE = 64_321;

    /** A keeper's LIST. */
    private static final String LIST = "44534450" + "01" + "04" + "0000";

    private static final String SURVEY =
            HexFormat.of()
                    .formatHex(
                            ".mounter/1 call\nit=TakeSurvey\n".getBytes(StandardCharsets.US_ASCII));

    private static final Pattern CAPABILITIES = Pattern.compile("Cap(?:Eff|Bnd):\t(\\w+)\n");

    /** SYS_ADMIN, SYS_RESOURCE, CHOWN, DAC_OVERRIDE, DAC_READ_SEARCH, FOWNER. */
    private static final long MAY_BE_KEPT = 0x120000fL;

    @TempDir private Path directory;

    private Process start(String main, String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx32m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                main));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).inheritIO().start();
    }

    private Process startMounter() throws IOException {
        return start(
                MounterMain.class.getName(),
                "state=" + directory.resolve("state"),
                "root=" + directory.resolve("kubelet"),
                "socket=" + directory.resolve("mounter"),
                "keeper=" + directory.resolve("keeper"),
                "user=" + DRIVER,
                "keeper-user=" + ENGINE,
                "group=" + ENGINE);
    }

    private static void needsRoot() {
        boolean able = UserId.effective().isRoot() && Files.exists(FuseMount.DEVICE);
        if (!able && !"true".equals(System.getenv("CI"))) {
            Assumptions.abort("needs root and /dev/fuse");
        }
    }

    @Test
    void aMounterThatWasKilledIsFollowedByOneThatCleansUp() throws Exception {
        needsRoot();
        Files.createDirectory(directory.resolve("kubelet"));
        RemoteMounter remote = new RemoteMounter(directory.resolve("mounter"));
        Process first = startMounter();
        try {
            await().ignoreExceptions().until(() -> remote.survey().disks().isEmpty());
            assertThat(remote.openDisk(VOLUME)).isInstanceOf(DiskOpening.Fresh.class);
            assertThat(remote.openDisk(VOLUME)).isInstanceOf(DiskOpening.Kept.class);
            assertThat(new KeeperClient(directory.resolve("keeper")).list()).hasSize(1);
            assertThat(Files.readAllLines(Path.of("/proc/" + first.pid() + "/status")))
                    .contains("NoNewPrivs:\t1")
                    .noneMatch(line -> line.startsWith("CapEff:\t000001ff"));
        } finally {
            first.destroyForcibly().waitFor();
        }
        assertThatThrownBy(() -> remote.survey())
                .isInstanceOfSatisfying(
                        MounterException.class,
                        e -> assertThat(e.reason()).isEqualTo(MounterException.Reason.UNREACHABLE));
        Process second = startMounter();
        try {
            await().ignoreExceptions().until(() -> remote.survey().disks().size() == 1);
            assertThat(remote.survey().disks())
                    .allMatch(disk -> disk.connection() == Survey.Connection.MOUNTED);
            // Its descriptor died with the first, so the connection is dead.
            assertThat(remote.openDisk(VOLUME)).isInstanceOf(DiskOpening.Fresh.class);
            assertThat(remote.closeDisk(VOLUME)).isInstanceOf(DiskClosing.Closed.class);
            second.destroy();
            assertThat(second.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(directory.resolve("mounter")).doesNotExist();
        } finally {
            second.destroyForcibly().waitFor();
        }
    }

    @Test
    void allThatANodeDoesNeedsNoMoreRightsThanAreKept() throws Exception {
        needsRoot();
        Path root = Files.createDirectory(directory.resolve("kubelet"));
        RemoteMounter remote = new RemoteMounter(directory.resolve("mounter"));
        Process mounter = startMounter();
        try {
            await().ignoreExceptions().until(() -> remote.survey().disks().isEmpty());
            String status = Files.readString(Path.of("/proc/" + mounter.pid() + "/status"));
            assertThat(status).contains("NoNewPrivs:\t1\n");
            assertThat(CAPABILITIES.matcher(status).results())
                    .hasSize(2)
                    .allMatch(found -> (bits(found.group(1)) & ~MAY_BE_KEPT) == 0);
            for (FileSystemType type : FileSystemType.values()) {
                new WholeLife(directory.resolve("mounter"), directory.resolve("keeper"), root)
                        .live(type);
            }
            assertThat(remote.survey()).isEqualTo(new Survey(List.of(), List.of(), List.of()));
        } finally {
            mounter.destroyForcibly().waitFor();
        }
    }

    @Test
    void aMounterWithoutTheRightToMountSaysSoAndEnds() throws Exception {
        needsRoot();
        Process mounter =
                new ProcessBuilder(
                                "setpriv",
                                "--bounding-set=-sys_admin",
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                MounterMain.class.getName(),
                                "state=" + directory.resolve("state"),
                                "root=" + directory.resolve("kubelet"),
                                "socket=" + directory.resolve("mounter"),
                                "keeper=" + directory.resolve("keeper"))
                        .redirectErrorStream(true)
                        .start();
        try {
            String said =
                    new String(mounter.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(mounter.waitFor()).isEqualTo(2);
            assertThat(said).isEqualTo("mounter: this cannot work without CAP_SYS_ADMIN\n");
        } finally {
            mounter.destroyForcibly().waitFor();
        }
    }

    private static long bits(String digits) {
        return Long.parseUnsignedLong(digits, 16);
    }

    /**
     * With the group's right to the sockets, so that only the kernel's word on who asks is left.
     */
    @Test
    void eachUserIsHeardWhereItMayAskAndNowhereElse() throws Exception {
        needsRoot();
        Files.createDirectory(directory.resolve("kubelet"));
        Process mounter = startMounter();
        try {
            Path socket = directory.resolve("mounter");
            Path keeper = directory.resolve("keeper");
            RemoteMounter remote = new RemoteMounter(socket);
            await().ignoreExceptions().until(() -> remote.survey().disks().isEmpty());
            Files.setAttribute(directory, "unix:mode", 0755);
            assertThat(ask(ENGINE, keeper, LIST)).isEqualTo("answer");
            assertThat(ask(STRANGER, keeper, LIST)).isEqualTo("nothing");
            assertThat(ask(ENGINE, socket, SURVEY)).isEqualTo("nothing");
            assertThat(ask(DRIVER, socket, SURVEY)).isEqualTo("answer");
            assertThat(ask(DRIVER, keeper, LIST)).isEqualTo("nothing");
        } finally {
            mounter.destroyForcibly().waitFor();
        }
    }

    /**
     * Says what a user of the sockets' group hears, in Python, which starts without a class path.
     */
    private static String ask(int user, Path socket, String request) throws Exception {
        String program =
                """
                import os, socket, sys
                os.setgroups([])
                os.setgid(%d)
                os.setuid(%d)
                s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                s.settimeout(10)
                s.connect(sys.argv[1])
                try:
                    s.send(bytes.fromhex(sys.argv[2]))
                    print("answer" if s.recv(65536) else "nothing")
                except (BrokenPipeError, ConnectionResetError):
                    print("nothing")
                """
                        .formatted(ENGINE, user);
        Process process =
                new ProcessBuilder("/usr/bin/python3", "-c", program, socket.toString(), request)
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said.strip();
    }
}
