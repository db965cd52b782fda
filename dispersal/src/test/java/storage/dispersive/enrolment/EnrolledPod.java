package storage.dispersive.enrolment;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import storage.dispersive.identity.CertificateAuthority;
import storage.dispersive.pem.Pem;
import storage.dispersive.transport.PeerIdentity;
import storage.dispersive.wire.PodName;

/** A pod that enrols, turn by turn, in files of its own. */
final class EnrolledPod {

    static final PeerIdentity.Pod SELF = new PeerIdentity.Pod(new PodName(FakeIdentityService.POD));
    private static final long SEED = 7;
    private static final int MAX_TURNS = 100_000;

    private final Path place;
    private final FakeClock clock;
    private final URI endpoint;
    private final SecureRandom keys = new SecureRandom();
    private final Random chance = new Random(SEED);
    final List<Credentials> heard = new CopyOnWriteArrayList<>();
    final List<String> troubles = new CopyOnWriteArrayList<>();
    private IdentityService service = new HttpsIdentityService(Duration.ofSeconds(20));
    private Enroller enroller;

    EnrolledPod(Path place, FakeClock clock, URI endpoint) throws IOException {
        this.place = place;
        this.clock = clock;
        this.endpoint = endpoint;
        writeToken(FakeIdentityService.TOKEN);
        this.enroller = enroller();
    }

    private Enroller enroller() throws IOException {
        return new Enroller(settings(), surroundings(), heard::add, new Troubles(troubles::add));
    }

    EnrolmentSettings settings() {
        return new EnrolmentSettings(endpoint, token(), authorityFile(), directory(), SELF);
    }

    Enroller.Surroundings surroundings() {
        return new Enroller.Surroundings(service, clock, keys, chance);
    }

    void patience(Duration limit) throws IOException {
        service = new HttpsIdentityService(limit);
        restart();
    }

    /** The process ends, and another one begins in the same directory. */
    void restart() throws IOException {
        heard.clear();
        troubles.clear();
        enroller = enroller();
    }

    /** What there is to do now; how long it wants to wait then. */
    Duration turn() {
        try {
            return enroller.turn();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Lets time pass as the enroller wants it, until something is heard; how long it took. */
    Duration turnsUntilHeard(int count) {
        Instant begin = clock.instant();
        for (int turns = 0; turns < MAX_TURNS; turns++) {
            Duration pause = turn();
            if (heard.size() >= count) {
                return Duration.between(begin, clock.instant());
            }
            clock.pass(pause);
        }
        throw new AssertionError("nothing was heard, but " + troubles);
    }

    Credentials last() {
        return heard.getLast();
    }

    X509Certificate leaf() {
        return Pem.readCertificate(last().own().certificatePem());
    }

    /** That this authority signed what the pod has now. */
    void assertSignedBy(CertificateAuthority authority) {
        assertThatCode(() ->
                        leaf().verify(
                                        Pem.readCertificate(authority.certificatePem())
                                                .getPublicKey()))
                .doesNotThrowAnyException();
    }

    Path token() {
        return place.resolve("token");
    }

    Path authorityFile() {
        return place.resolve("authority.pem");
    }

    Path directory() {
        return place.resolve("state");
    }

    Path kept() {
        return directory().resolve("identity.pem");
    }

    void writeToken(String token) throws IOException {
        Files.writeString(token(), token, StandardCharsets.US_ASCII);
    }

    void trust(String pem) throws IOException {
        Files.writeString(authorityFile(), pem, StandardCharsets.US_ASCII);
    }
}
