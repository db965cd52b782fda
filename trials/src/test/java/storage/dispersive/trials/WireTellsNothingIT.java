package storage.dispersive.trials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import storage.dispersive.cli.state.SanHome;
import storage.dispersive.cli.state.VolumeRecords;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.seal.KeyShare;
import storage.dispersive.seal.KeyShares;
import storage.dispersive.seal.VolumeKey;
import storage.dispersive.transport.TlsIdentity;
import storage.dispersive.trials.capture.Conversation;
import storage.dispersive.trials.capture.KeyLog;
import storage.dispersive.trials.capture.Wiretap;

/**
 * Who records all connections of a volume, from its founding on, has none of what was written and
 * read; not even when the secrets of all these connections come out.
 */
class WireTellsNothingIT {

    private static final String VOLUME = "secret";
    private static final int PODS = 6;
    private static final int DATA = 4;
    private static final int WRITTEN_BYTES = 8 << 20;
    private static final Marker MARKER = new Marker(new SecureRandom().nextLong());
    private static final int POINTS_AT = 48;

    private static final List<Heard> heard = new ArrayList<>();
    private static VolumeId volume = new VolumeId(0, 0);
    private static TriedSan san;

    /** One connection to one pod, as it was on the wire, and what its TLS hides. */
    private record Heard(String pod, Conversation sealed, Conversation opened) {

        @Override
        public String toString() {
            return "a connection to %s, %d + %d bytes"
                    .formatted(pod, sealed.fromClient().length, sealed.fromServer().length);
        }
    }

    @BeforeAll
    static void recordAWriterAndReader() throws Exception {
        san = TriedSan.create();
        assumeThat(TlsIdentity.backend()).as("a TLS that logs its secrets").isNotEqualTo("JDK");
        // Who listens on the way is a relay on the machine's own network.
        san.run("up", "--underlay", "loopback").orFail();
        san.logTlsSecrets();
        try (Wiretap tap = Wiretap.on(new SanHome(san.home()))) {
            san.run("volume", "create", VOLUME, "--size", "32MiB").orFail();
            volume = new VolumeRecords(new SanHome(san.home())).get(VOLUME).volumeId();
            MARKER.writeAndRead(san.attachNbd(VOLUME), VOLUME, WRITTEN_BYTES);
            san.run("volume", "detach", VOLUME).orFail();
            decrypt(tap);
        }
    }

    private static void decrypt(Wiretap tap) throws Exception {
        KeyLog secrets = san.tlsSecretLog();
        for (var pod : tap.conversations().entrySet()) {
            for (Conversation sealed : pod.getValue()) {
                heard.add(new Heard(pod.getKey(), sealed, sealed.decrypt(secrets)));
            }
        }
    }

    @AfterAll
    static void end() throws Exception {
        san.close();
    }

    @Test
    void noConnectionHoldsAnyOfThePlaintext() {
        for (Heard one : heard) {
            assertThat(occurrences(MARKER, one.sealed())).as(one.toString()).isZero();
            assertThat(occurrences(MARKER, one.opened())).as(one.toString()).isZero();
        }
    }

    /** Or else not finding anything would mean nothing. */
    @Test
    void allThatWasWrittenAndReadIsInWhatWasDecrypted() {
        long toPods = 0;
        long fromPods = 0;
        for (int pod = 0; pod < PODS; pod++) {
            List<Heard> connections = connectionsTo("pod-" + pod);
            // Its founding, the writing and the reading.
            assertThat(connections).hasSizeGreaterThanOrEqualTo(3);
            toPods += connections.stream().mapToInt(c -> c.opened().fromClient().length).sum();
            fromPods += connections.stream().mapToInt(c -> c.opened().fromServer().length).sum();
        }
        assertThat(toPods).isGreaterThan((long) WRITTEN_BYTES * PODS / DATA);
        assertThat(fromPods).isGreaterThan(WRITTEN_BYTES);
    }

    /** The same search finds what pods may know, and TLS hides even that. */
    @Test
    void onlyTlsHidesWhichVolumeItIs() {
        Marker id = new Marker(volume.high());
        for (Heard one : heard) {
            assertThat(occurrences(id, one.opened())).as(one.toString()).isPositive();
            assertThat(occurrences(id, one.sealed())).as(one.toString()).isZero();
        }
    }

    @Test
    void theKeyOfTheVolumeOpensWhatWasDecrypted() throws Exception {
        int opened = 0;
        try (VolumeKey key = key();
                VolumeKey wrong = VolumeKey.random(new SecureRandom())) {
            for (Heard one : heard) {
                Optional<StoredBlock> block = StoredBlock.firstSent(one.opened().fromClient());
                if (block.isPresent()) {
                    byte[] plain = block.get().open(key).orElseThrow();
                    assertThat(MARKER.occurrences(MemorySegment.ofArray(plain))).isPositive();
                    assertThat(block.get().open(wrong)).isEmpty();
                    opened++;
                }
            }
        }
        assertThat(opened).as("connections in which a data block was found").isPositive();
    }

    @Test
    void noConnectionHoldsTheKeyAndEachShareIsSeenByItsPodAlone() throws Exception {
        try (VolumeKey key = key()) {
            Marker first = new Marker(ByteBuffer.wrap(key.export()).getLong());
            for (Heard one : heard) {
                assertThat(occurrences(first, one.opened())).as(one.toString()).isZero();
            }
        }
        for (int pod = 0; pod < PODS; pod++) {
            String owner = "pod-" + pod;
            Marker points = new Marker(ByteBuffer.wrap(share(owner).encode()).getLong(POINTS_AT));
            assertThat(connectionsTo(owner)).anyMatch(one -> occurrences(points, one.opened()) > 0);
            for (Heard one : heard) {
                assertThat(occurrences(points, one.sealed())).as(one.toString()).isZero();
                if (!one.pod().equals(owner)) {
                    assertThat(occurrences(points, one.opened())).as(one.toString()).isZero();
                }
            }
        }
    }

    private static List<Heard> connectionsTo(String pod) {
        return heard.stream().filter(one -> one.pod().equals(pod)).toList();
    }

    private static long occurrences(Marker marker, Conversation conversation) {
        return marker.occurrences(MemorySegment.ofArray(conversation.fromClient()))
                + marker.occurrences(MemorySegment.ofArray(conversation.fromServer()));
    }

    private static VolumeKey key() throws Exception {
        List<KeyShare> shares = new ArrayList<>();
        for (int pod = 0; pod < DATA; pod++) {
            shares.add(share("pod-" + pod));
        }
        return KeyShares.combine(shares);
    }

    private static KeyShare share(String pod) throws Exception {
        return StoreFiles.of(san, pod).share();
    }
}
