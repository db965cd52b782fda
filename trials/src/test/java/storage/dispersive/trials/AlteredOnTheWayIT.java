package storage.dispersive.trials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import storage.dispersive.blockdevice.nbd.client.NbdClient;
import storage.dispersive.cli.lan.Lan;
import storage.dispersive.cli.state.PodRecord;
import storage.dispersive.cli.state.SanHome;
import storage.dispersive.cli.state.SanRecord;
import storage.dispersive.engine.EngineReport;
import storage.dispersive.trials.capture.Meddler;
import storage.dispersive.trials.capture.Meddler.Direction;
import storage.dispersive.trials.capture.Wiretap;
import storage.dispersive.trials.underlay.BridgeMeddler;

/**
 * Behaviour 6: somebody between the ends alters portions on their way, such that all below TLS is
 * in order. TLS refuses them and the connection ends; another one is made, and what was written is
 * read as it was. {@code -Dtrials.seed} chooses what is written and altered.
 *
 * <p>TLS cannot be switched off to see this fail. What shows that it was TLS: bits were flipped
 * with all checksums in order, pods log refusals by TLS, as many connections are made again as bits
 * were flipped, and with flips switched off none of these is there. ({@link StoresRotIT} has what
 * the seal notices where no TLS does.)
 */
class AlteredOnTheWayIT {

    private static final long SEED = Long.getLong("trials.seed", new Random().nextLong());
    private static final String VOLUME = "altered";
    private static final int PIECE_BYTES = 256 << 10;
    private static final int PIECES = 96;

    /**
     * In each direction of all connections together. A flip costs all that is under way on a
     * connection, whose stripes are dispersed again as a whole: who alters a bit of each MiB, while
     * 4 MiB are under way, keeps them from being written, as who drops them does.
     */
    private static final long FLIP_EVERY_BYTES = 2 << 20;

    private static final Pattern REFUSED_BY_TLS =
            Pattern.compile("(?i)turned .* away \\(broken;.*(bad.?record.?mac|bad.?decrypt)");

    private static final int LEAST_FLIPS = 5;
    private static final int MOST_ROUNDS = 40;
    private static final int CONNECTIONS = 12;
    private static final String CLIENT = "198.18.0.1";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Random random = new Random(SEED);
    private final List<ByteBuffer> pieces = new ArrayList<>();
    private TriedSan san;

    @BeforeEach
    void create() throws IOException {
        san = TriedSan.create();
    }

    @AfterEach
    void end() throws IOException {
        san.close();
    }

    @Test
    void bitsThatARelayFlipsCostConnectionsAndNoData() throws Exception {
        san.run("up", "--underlay", "loopback").orFail();
        Meddler meddler = new Meddler(FLIP_EVERY_BYTES, SEED);
        try (Wiretap tap = Wiretap.on(new SanHome(san.home()), meddler)) {
            Path socket = attach();
            int calls = tap.calls();
            meddler.begin();
            writeAndReadPieces(socket);
            meddler.end();
            int toPods = meddler.flips(Direction.TO_POD);
            int fromPods = meddler.flips(Direction.FROM_POD);
            assertThat(toPods).as("flips on the way to pods").isPositive();
            assertThat(fromPods).as("flips on the way from pods").isPositive();
            await().atMost(PATIENCE).until(() -> tap.alteredAndOpen() == 0);
            awaitAllUp();
            int remade = tap.calls() - calls;
            report(toPods, fromPods, remade);
            assertThat(remade).as("connections made again").isPositive();
            // Calls from one address are told of once a minute, by each pod.
            assertThat(refusalsByTls()).isNotEmpty();
            readAgain(socket);
        }
    }

    private Path attach() throws IOException {
        san.run("volume", "create", VOLUME, "--size", "32MiB").orFail();
        return san.attachNbd(VOLUME);
    }

    /**
     * The checksum within TCP is made right by whoever alters a packet, so it is not what keeps the
     * pods from taking it.
     */
    @Test
    void bitsThatAreFlippedBetweenHostsCostMachinesAndNoData() throws Exception {
        assumeThat(Lan.obstacle()).as("what is missing for hosts").isEmpty();
        san.run("up", "--isolation", "isolated").orFail();
        Path socket = attach();
        Set<String> leases = san.leases(VOLUME);
        BridgeMeddler.Counts altered;
        try (BridgeMeddler meddler =
                BridgeMeddler.flip(san.host("lan"), InetAddress.ofLiteral(CLIENT))) {
            int rounds = 0;
            do {
                assertThat(++rounds).as("rounds for %s", meddler.counts()).isLessThan(MOST_ROUNDS);
                pieces.clear();
                writeAndReadPieces(socket);
                altered = meddler.counts();
            } while (altered.from() < LEAST_FLIPS || altered.to() < LEAST_FLIPS);
        }
        awaitAllUp();
        Set<String> remade = new HashSet<>(san.leases(VOLUME));
        remade.removeAll(leases);
        report(altered.from(), altered.to(), remade.size());
        assertThat(remade).as("leases that took the place of others").isNotEmpty();
        assertThat(refusalsByTls()).as("machines' ends").hasSizeGreaterThanOrEqualTo(LEAST_FLIPS);
        readAgain(socket);
    }

    private void writeAndReadPieces(Path socket) throws IOException {
        try (NbdClient disk = NbdClient.connect(socket, VOLUME)) {
            for (int i = 0; i < PIECES; i++) {
                byte[] bytes = new byte[PIECE_BYTES];
                random.nextBytes(bytes);
                disk.write((long) i * PIECE_BYTES, ByteBuffer.wrap(bytes));
                pieces.add(ByteBuffer.wrap(bytes));
            }
            disk.flush();
            check(disk);
        }
    }

    private void check(NbdClient disk) throws IOException {
        ByteBuffer back = ByteBuffer.allocate(PIECE_BYTES);
        for (int i = 0; i < PIECES; i++) {
            disk.read((long) i * PIECE_BYTES, back.clear());
            assertThat(back.flip().equals(pieces.get(i)))
                    .as("piece %d is as it was written, seed %d", i, SEED)
                    .isTrue();
        }
    }

    /** Over connections of an engine that saw nothing of it. */
    private void readAgain(Path socket) throws IOException {
        try (NbdClient disk = NbdClient.connect(socket, VOLUME)) {
            check(disk);
        }
        san.run("volume", "detach", VOLUME).orFail();
        try (NbdClient disk = NbdClient.connect(san.attachNbd(VOLUME), VOLUME)) {
            check(disk);
        }
    }

    private void awaitAllUp() {
        await().atMost(PATIENCE)
                .untilAsserted(() -> {
                    EngineReport report = san.engineReport(VOLUME);
                    assertThat(report.portions()).allMatch(one -> one.state().equals("UP"));
                    assertThat(report.connections()).hasSize(CONNECTIONS);
                });
    }

    /** Pods log who is turned away, as his bytes cannot be decrypted or as he says the same. */
    private List<String> refusalsByTls() throws IOException {
        SanHome home = new SanHome(san.home());
        List<String> refusals = new ArrayList<>();
        for (PodRecord pod : SanRecord.of(home).pods()) {
            try (Stream<String> lines = Files.lines(home.pod(pod.name()).resolve("log"))) {
                lines.filter(REFUSED_BY_TLS.asPredicate()).forEach(refusals::add);
            }
        }
        return refusals;
    }

    private void report(long toPods, long fromPods, int remade) {
        EngineReport report = san.engineReport(VOLUME);
        System.out.printf(
                "seed %d: altered %d to pods, %d from pods; %d connections made again;"
                        + " %d stripes dispersed again, %d reads reconstructed%n",
                SEED,
                toPods,
                fromPods,
                remade,
                report.dispersedAgain(),
                report.reconstructedReads());
        assertThat(report.dispersedAgain() + report.reconstructedReads())
                .as("what status says of portions that were lost on the way")
                .isPositive();
    }
}
