package storage.dispersive.engine.description;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import storage.dispersive.engine.EngineReport;
import storage.dispersive.engine.Isolation;
import storage.dispersive.engine.OpenVolume;
import storage.dispersive.identity.CertificateAuthority;
import storage.dispersive.identity.IssuedIdentity;
import storage.dispersive.portion.Code;
import storage.dispersive.portion.Incarnation;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.volume.Member;
import storage.dispersive.volume.VolumeSpec;

class DescribedVolumeTest {

    private static final VolumeId ID = new VolumeId(1, 2);
    private static final DescribedVolume.Surroundings NOTHING =
            new DescribedVolume.Surroundings(Optional.empty(), Optional.empty(), Optional.empty());

    @TempDir private Path directory;

    @BeforeEach
    void writeAnIdentity() throws IOException {
        CertificateAuthority authority =
                CertificateAuthority.create("test", Duration.ofDays(1), Clock.systemUTC());
        IssuedIdentity volume = authority.issueVolume(ID, Duration.ofDays(1));
        Files.writeString(directory.resolve("tls.crt"), volume.certificatePem());
        Files.writeString(directory.resolve("tls.key"), volume.privateKeyPem());
        Files.writeString(directory.resolve("ca.crt"), authority.authority().certificatePem());
    }

    private VolumeDescription description(
            Isolation isolation, OptionalLong run, Optional<Path> key) {
        List<DescribedPortion> portions =
                List.of(
                        new DescribedPortion(
                                new Member(0, "a.b", new Incarnation(1), 1), "127.0.0.1", 1),
                        new DescribedPortion(
                                new Member(1, "c.b", new Incarnation(2), 1), "127.0.0.1", 2));
        return new VolumeDescription(
                "v",
                new VolumeSpec(
                        ID,
                        4096,
                        new Code(1, 1),
                        portions.stream().map(DescribedPortion::member).toList()),
                key,
                isolation,
                3,
                run,
                portions,
                Optional.of(IdentityFiles.in(directory)),
                Optional.empty());
    }

    private VolumeDescription shared() {
        return description(Isolation.SHARED, OptionalLong.of(5), Optional.empty());
    }

    private static void refuses(
            VolumeDescription description,
            DescribedVolume.Surroundings surroundings,
            String because) {
        assertThatExceptionOfType(DescriptionException.class)
                .isThrownBy(() -> DescribedVolume.of(description, surroundings))
                .withMessageContaining(because);
    }

    private DescribedVolume.Surroundings state(Path state) {
        return new DescribedVolume.Surroundings(
                Optional.empty(), Optional.empty(), Optional.of(state));
    }

    private static String epoch(DescribedVolume volume) {
        try (OpenVolume open = volume.open()) {
            EngineReport report = open.report().join();
            assertThat(report.volume()).isEqualTo("v");
            return report.epoch();
        }
    }

    @Test
    void eachOpeningHasTheNextRun() {
        DescribedVolume described = DescribedVolume.of(shared(), NOTHING);
        assertThat(epoch(described)).isEqualTo("3.5");
        assertThat(epoch(described)).isEqualTo("3.6");
    }

    @Test
    void runsThatAreCountedInADirectoryGrowFromOneProcessToTheNext() {
        VolumeDescription counted =
                description(Isolation.SHARED, OptionalLong.empty(), Optional.empty());
        assertThat(epoch(DescribedVolume.of(counted, state(directory)))).isEqualTo("3.1");
        assertThat(epoch(DescribedVolume.of(counted, state(directory)))).isEqualTo("3.2");
    }

    @Test
    void exactlyOneMustSayWhichRunItIs() {
        refuses(shared(), state(directory), "the description has a run too");
        VolumeDescription none =
                description(Isolation.SHARED, OptionalLong.empty(), Optional.empty());
        refuses(none, NOTHING, "nobody said which start");
        refuses(none, state(directory.resolve("absent")), "no directory that can be written");
    }

    @Test
    void isolatedConnectionsNeedTheSocketOfASidecar() {
        VolumeDescription isolated =
                description(Isolation.ISOLATED, OptionalLong.of(1), Optional.empty());
        refuses(isolated, NOTHING, "nobody said where it is");
        refuses(
                isolated,
                new DescribedVolume.Surroundings(
                        Optional.empty(),
                        Optional.of(Path.of("/" + "x".repeat(107))),
                        Optional.empty()),
                "too long for a socket");
    }

    @Test
    void filesOfAnIdentityThatCannotBeUsedAreNamed() throws IOException {
        Files.writeString(directory.resolve("tls.crt"), "rubbish");
        refuses(shared(), NOTHING, "tls.crt");
        Files.delete(directory.resolve("ca.crt"));
        refuses(shared(), NOTHING, "ca.crt cannot be read: no such file");
    }

    @Test
    void aKeyFileMustHoldExactly32Bytes() throws IOException {
        Path key = directory.resolve("key");
        VolumeDescription keyed =
                description(Isolation.SHARED, OptionalLong.of(1), Optional.of(key));
        refuses(keyed, NOTHING, "key cannot be read");
        Files.write(key, new byte[31]);
        refuses(keyed, NOTHING, "it has 31 bytes of 32");
        Files.writeString(key, "ab".repeat(32));
        refuses(keyed, NOTHING, "it has more bytes of 32");
        Files.write(key, new byte[32]);
        refuses(keyed, NOTHING, "zeros");
        Files.writeString(key, "k".repeat(32));
        assertThat(DescribedVolume.of(keyed, NOTHING).description()).isEqualTo(keyed);
    }
}
