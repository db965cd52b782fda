package storage.dispersive.enrolment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a crash or a rotten disk leaves of an identity is used whole, or not at all. */
class KeptIdentityTest {

    private static final int FLIPS = 40;

    private final FakeClock clock = new FakeClock();
    private final FakeIdentityService service = new FakeIdentityService(clock);
    private final EnrolledPod pod;

    KeptIdentityTest(@TempDir Path place) throws IOException {
        pod = new EnrolledPod(place, clock, service.endpoint());
    }

    @BeforeEach
    void enrol() throws IOException {
        pod.trust(service.authority().certificatePem());
        pod.turn();
    }

    @AfterEach
    void close() {
        service.close();
    }

    @Test
    void theFileIsOfTheFirstVersion() throws IOException {
        Credentials mine = pod.last();
        assertThat(Files.readString(pod.kept()))
                .matches(
                        """
                        dispersive identity 1
                        root [0-9a-f]{64}
                        \\Q%s%s\\E\
                        """
                                .formatted(
                                        mine.own().privateKeyPem(), mine.own().certificatePem()));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 21, 22, 60, 95, 100, 200, 300, 400, 700})
    void whatACrashLeftOfANewFileIsNotLookedAt(int length) throws IOException {
        Credentials mine = pod.last();
        byte[] whole = Files.readAllBytes(pod.kept());
        Path next = pod.directory().resolve("identity.pem.next");
        Files.write(next, java.util.Arrays.copyOf(whole, length));
        pod.restart();
        pod.turn();
        assertThat(pod.last()).isEqualTo(mine);
        assertThat(service.asked).hasSize(1);
        pod.turnsUntilHeard(2);
        Credentials renewed = pod.last();
        pod.restart();
        pod.turn();
        assertThat(pod.last()).isEqualTo(renewed);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 21, 22, 60, 95, 100, 200, 300, 400, 700})
    void aFileThatIsCutIsNotUsed(int length) throws IOException {
        byte[] whole = Files.readAllBytes(pod.kept());
        assertThat(whole.length).isGreaterThan(length);
        Files.write(pod.kept(), java.util.Arrays.copyOf(whole, length));
        assertAsksAnew();
    }

    @Test
    void aFileWithABitThatFlippedIsNotUsedOrMeansTheSame() throws IOException {
        Credentials mine = pod.last();
        byte[] whole = Files.readAllBytes(pod.kept());
        Random random = new Random(11);
        for (int flip = 0; flip < FLIPS; flip++) {
            byte[] rotten = whole.clone();
            int place = random.nextInt(rotten.length);
            rotten[place] ^= (byte) (1 << random.nextInt(7));
            Files.write(pod.kept(), rotten);
            pod.restart();
            pod.turn();
            assertThat(pod.heard).as("byte %d", place).hasSize(1);
            KeptIdentity used = new KeptIdentity(pod.last().own(), java.util.Set.of());
            assertThat(used.isWhole()).as("byte %d", place).isTrue();
            boolean isOld =
                    pod.leaf().equals(new KeptIdentity(mine.own(), java.util.Set.of()).leaf());
            assertThat(pod.troubles).as("byte %d", place).hasSize(isOld ? 0 : 1);
        }
    }

    @Test
    void theKeyOfOneAndTheCertificateOfAnotherAreNoIdentity() throws IOException {
        String first = Files.readString(pod.kept());
        pod.turnsUntilHeard(2);
        String second = Files.readString(pod.kept());
        String certificate = "-----BEGIN CERTIFICATE-----";
        Files.writeString(
                pod.kept(),
                first.substring(0, first.indexOf(certificate))
                        + second.substring(second.indexOf(certificate)));
        assertAsksAnew();
    }

    @ParameterizedTest
    @ValueSource(strings = {"dispersive identity 2", "something else", ""})
    void aFileOfAnotherVersionIsNotUsed(String magic) throws IOException {
        String whole = Files.readString(pod.kept());
        Files.writeString(pod.kept(), magic + whole.substring(whole.indexOf('\n')));
        assertAsksAnew();
    }

    @Test
    void aFileThatNeverEndsIsNotUsed() throws IOException {
        Files.write(
                pod.kept(),
                "#".repeat((1 << 20) + 1).getBytes(StandardCharsets.US_ASCII),
                java.nio.file.StandardOpenOption.APPEND);
        assertAsksAnew();
    }

    @Test
    void aDirectoryInPlaceOfTheFileIsToldOf() throws IOException {
        Files.delete(pod.kept());
        Files.createDirectory(pod.kept());
        Files.createFile(pod.kept().resolve("so-that-it-cannot-be-replaced"));
        pod.restart();
        pod.turn();
        assertThat(pod.heard).hasSize(1);
        assertThat(pod.troubles.getFirst()).contains("is of no use");
        assertThat(pod.troubles.getLast()).contains("cannot be kept");
    }

    private void assertAsksAnew() throws IOException {
        int before = service.asked.size();
        pod.restart();
        pod.turn();
        assertThat(service.asked).hasSize(before + 1);
        assertThat(pod.heard).hasSize(1);
        assertThat(pod.troubles).singleElement().asString().contains("is of no use");
        pod.restart();
        pod.turn();
        assertThat(pod.troubles).isEmpty();
        assertThat(service.asked).hasSize(before + 1);
    }
}
