package storage.dispersive.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import storage.dispersive.cli.san.OwnedProcess;

/**
 * Every mistake is answered with one line that says what, one that says what to do, and no trace.
 */
class MistakesIT {

    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private static TriedSan san;

    @BeforeAll
    static void start() throws IOException {
        san = TriedSan.create();
        for (String command : List.of("status", "down", "pod list", "volume list")) {
            isRefused(san, FAILED, "there is no local SAN", command);
        }
        isRefused(san, FAILED, "there is no local SAN", "volume attach v");
        isRefused(san, USAGE, "cannot have 0 pods", "up --pods 0");
        isRefused(san, USAGE, "cannot have 65 pods", "up --pods 65");
        isRefused(san, USAGE, "'six' is not an int", "up --pods six");
        isRefused(san, USAGE, "cannot have 5 paths", "up --paths 5");
        isRefused(san, USAGE, "expected one of", "up --isolation none");
        isRefused(san, USAGE, "expected one of", "up --underlay ipx");
        isRefused(san, USAGE, "no paths", "up --isolation shared --paths 1");
        isRefused(san, USAGE, "loopback", "up --isolation isolated --underlay loopback");
        san.run("up").orFail();
    }

    @AfterAll
    static void end() throws IOException {
        san.close();
    }

    @Test
    void codesThatNoVolumeCanHaveAreRefused() throws IOException {
        String create = "volume create v --size 1MiB ";
        isRefused(USAGE, "0 data", create + "--data 0");
        isRefused(USAGE, "0 redundancy", create + "--redundancy 0");
        isRefused(USAGE, "-1 data", create + "--data -1");
        isRefused(USAGE, "31 data and 2", create + "--data 31");
        isRefused(USAGE, "2147483647 data", create + "--data 2147483647 --redundancy 2147483647");
        isRefused(USAGE, "is not an int", create + "--data 2147483648");
        isRefused(USAGE, "is not an int", create + "--redundancy two");
        isRefused(FAILED, "needs 7 pods, this SAN has 6", create + "--data 5");
        nothingWasMade();
    }

    @Test
    void sizesThatNoVolumeCanHaveAreRefused() throws IOException {
        String create = "volume create v --size ";
        isRefused(USAGE, "0 bytes", create + "0");
        isRefused(USAGE, "-4096 bytes", create + "-4096");
        isRefused(USAGE, "not a multiple of 4096", create + "4097");
        isRefused(USAGE, "is not a size", create + "much");
        isRefused(USAGE, "unknown unit", create + "1XiB");
        isRefused(USAGE, "below 8 EiB", create + "99999999TiB");
        isRefused(FAILED, "no room", create + "1000TiB");
        isRefused(USAGE, "--size", "volume create v");
        nothingWasMade();
    }

    @Test
    void namesAndKeysThatCannotBeAreRefused() throws IOException {
        isRefused(USAGE, "cannot be a volume's name", "volume create V! --size 1MiB");
        isRefused(USAGE, "cannot be a volume's name", "volume create ../v --size 1MiB");
        isRefused(USAGE, "where the key is", "volume create v --size 1MiB --key nowhere");
        isRefused(FAILED, "Is a directory", "volume create v --size 1MiB --key file:/tmp");
        isRefused(FAILED, "no such file", "volume create v --size 1MiB --key file:/proc/k");
        nothingWasMade();
    }

    @Test
    void whatIsNotThereIsSaidSo() throws IOException {
        for (String what : List.of("attach", "detach", "delete")) {
            isRefused(FAILED, "there is no volume 'nix'", "volume " + what + " nix");
        }
        for (String what : List.of("kill", "start", "wipe")) {
            isRefused(FAILED, "there is no pod 'pod-9'", "pod " + what + " pod-9");
        }
        isRefused(USAGE, "'fly'", "fly");
        isRefused(USAGE, "subcommand", "volume");
    }

    @Test
    void aVolumeIsCreatedAndAttachedOnceAndNotDeletedBeforeItIsDetached() throws IOException {
        san.run("volume", "create", "once", "--size", "1MiB").orFail();
        isRefused(FAILED, "there is a volume 'once' already", "volume create once --size 1MiB");
        isRefused(FAILED, "is not attached", "volume detach once");
        isRefused(USAGE, "no face 'hole'", "volume attach once --face hole");
        isRefused(USAGE, "--timeout", "volume attach once --timeout soon");
        isRefused(USAGE, "0 s", "volume attach once --timeout 0");
        isRefused(USAGE, "-5 s", "volume attach once --timeout -5");
        san.run("volume", "attach", "once", "--face", "nbd").orFail();
        isRefused(FAILED, "is attached already", "volume attach once --face nbd");
        isRefused(FAILED, "is attached", "volume delete once");
        san.run("volume", "detach", "once").orFail();
        isRefused(FAILED, "not attached", "volume detach once");
        san.run("volume", "delete", "once").orFail();
        isRefused(FAILED, "there is no volume 'once'", "volume delete once");
    }

    @Test
    void aVolumeThatIsDeletedInPartCanOnlyBeDeleted() throws IOException {
        san.run("volume", "create", "half", "--size", "1MiB").orFail();
        san.run("pod", "kill", "pod-3").orFail();
        isRefused(FAILED, "pod-3 does not run", "pod kill pod-3");
        isRefused(FAILED, "still there: pod-3 (connection refused)", "volume delete half");
        isRefused(FAILED, "is deleted in part", "volume attach half --face nbd");
        isRefused(FAILED, "there is a volume 'half' already", "volume create half --size 1MiB");
        san.run("pod", "start", "pod-3").orFail();
        san.run("volume", "delete", "half").orFail();
        nothingWasMade();
    }

    @Test
    void onlySoManyPodsAreWipedAsMayBeLost() throws IOException {
        Path key = san.home().resolve("kept.key");
        san.run("volume", "create", "kept", "--size", "1MiB").orFail();
        san.run("volume", "create", "filed", "--size", "1MiB", "--key", "file:" + key).orFail();
        san.run("pod", "wipe", "pod-0").orFail();
        san.run("pod", "wipe", "pod-1").orFail();
        isRefused(FAILED, "would destroy volume 'filed'", "pod wipe pod-2");
        san.run("pod", "wipe", "pod-0").orFail();
        san.run("pod", "wipe", "pod-2", "--force").orFail();
        for (String volume : List.of("kept", "filed")) {
            String told =
                    isRefused(
                            FAILED,
                            "3 of its 6 storage pods lost what they held (pod-0, pod-1, pod-2)",
                            "volume attach " + volume + " --face nbd --timeout 170");
            assertThat(told).contains("put it back", "'dispersive volume delete " + volume + "'");
            san.run("volume", "delete", volume).orFail();
        }
    }

    @Test
    void aKeyThatIsGoneIsMissedBeforeAnEngineStarts() throws IOException {
        Path key = san.home().resolve("lost.key");
        san.run("volume", "create", "keyed", "--size", "1MiB", "--key", "file:" + key).orFail();
        Files.delete(key);
        isRefused(FAILED, key + ": no such file", "volume attach keyed --face nbd");
        san.run("volume", "delete", "keyed").orFail();
    }

    @Test
    void upAgainLeavesThePodsAsTheyAre() throws IOException {
        Set<String> before = remains(san);
        san.run("up").orFail();
        assertThat(remains(san)).isEqualTo(before);
        isRefused(FAILED, "there is a local SAN already, of 6 pods", "up --pods 5");
        isRefused(FAILED, "there is a local SAN already", "up --stores /tmp/elsewhere");
        isRefused(FAILED, "there is a local SAN already", "up --paths 2");
    }

    @Test
    void storesThatCannotBeMadeAreRefused() throws IOException {
        Path file = Files.createTempFile(Path.of("/tmp"), "tried", ".file");
        try (TriedSan other = TriedSan.create()) {
            isRefused(other, FAILED, "/proc/stores", "up --stores /proc/stores");
            isRefused(other, FAILED, file.toString(), "up --stores " + file);
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void aStoreOfAnotherPodOrOfNoPodEndsTheCommandWithNothingLeft() throws IOException {
        try (TriedSan other = TriedSan.create()) {
            other.run("up", "--pods", "2").orFail();
            other.run("down").orFail();
            Path first = StoreFiles.of(other, "pod-0").directory();
            Path second = StoreFiles.of(other, "pod-1").directory();
            Path aside = first.resolveSibling("aside");
            Files.move(first, aside);
            Files.move(second, first);
            Files.move(aside, second);
            String told = isRefused(other, FAILED, "ended instead of serving", "up");
            assertThat(told).contains("This directory is the store of pod");
            Files.move(first, aside);
            Files.writeString(first, "a file");
            isRefused(other, FAILED, first + " is not a directory", "up");
        }
    }

    private static void nothingWasMade() throws IOException {
        String volumes = san.run("volume", "list").orFail();
        assertThat(volumes).doesNotContainPattern("(?m)^(v|half) ");
    }

    private static String isRefused(int status, String because, String command) throws IOException {
        return isRefused(san, status, because, command);
    }

    private static String isRefused(TriedSan of, int status, String because, String command)
            throws IOException {
        Set<String> before = remains(of);
        TriedSan.Done done = of.run(command.split(" "));
        String told = done.output();
        List<String> lines = told.lines().filter(line -> !line.startsWith("... ")).toList();
        assertThat(done.status()).as("%s: %s", command, told).isEqualTo(status);
        assertThat(lines).as("%s: %s", command, told).hasSizeGreaterThanOrEqualTo(2);
        assertThat(lines.getFirst()).as(command).startsWith("error: ").contains(because);
        assertThat(lines.get(1)).as(command).startsWith("hint: ").hasSizeGreaterThan(12);
        assertThat(told).as(command).doesNotContain("\tat ", "this was not expected");
        Set<String> after = remains(of);
        after.removeAll(before);
        assertThat(after).as("left behind by: %s", command).isEmpty();
        return told;
    }

    /** The processes, and the sockets that somebody listens on, of a SAN. */
    private static Set<String> remains(TriedSan of) throws IOException {
        Set<String> all = new TreeSet<>();
        OwnedProcess.below(of.home())
                .forEach(process -> all.add(process.directory() + " pid " + process.pid()));
        try (Stream<String> sockets = Files.lines(Path.of("/proc/net/unix"));
                Stream<String> mounts = Files.lines(Path.of("/proc/self/mounts"))) {
            Stream.concat(sockets, mounts)
                    .filter(line -> line.contains(of.home() + "/"))
                    .map(line -> line.substring(line.indexOf(of.home() + "/")))
                    .forEach(all::add);
        }
        return all;
    }
}
