package storage.dispersive.engine.description;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.groups.Tuple.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import storage.dispersive.engine.Isolation;
import storage.dispersive.volume.Member;

class VolumeDescriptionTest {

    private static final String RIGHT =
            """
            {
              'volumeId': '6f1c2a9e-8d1b-4c3e-9f00-0123456789ab',
              'name': 'photos',
              'sizeBytes': 1073741824,
              'data': 1,
              'redundancy': 1,
              'key': 'Dispersed',
              'isolation': 'Isolated',
              'generation': 3,
              'run': 7,
              'identity': '/etc/id',
              'sidecar': '/run/dispersive/vnet.sock',
              'portions': [
                {'index': 1, 'pod': 'dv-photos-1.default', 'host': '10.1.2.4',
                 'administrationPort': 7400, 'controlPort': 7410,
                 'incarnation': '8f3a5c7e9b1d2f40', 'admittedFromSeq': 9},
                {'index': 0, 'pod': 'dv-photos-0.default', 'host': 'dv-photos-0.dv-photos',
                 'administrationPort': 7400, 'controlPort': 7411,
                 'incarnation': '00000000000000ff', 'admittedFromSeq': 1}
              ]
            }
            """;

    /** What is replaced by what, and how the error names it. */
    private static final String MISTAKES =
            """
            {                       | [                        | is no JSON
            {                       | 7 {                      | holds no JSON object
            'volumeId':             | 'volume':                | volume is not known
            'volumeId': '6f1c2a9e-8d1b-4c3e-9f00-0123456789ab', | `` | volumeId is missing
            6f1c2a9e-               | 6F1C-                    | volumeId is '6F1C-
            'photos'                | ' '                      | name is " "
            'sizeBytes': 1073741824 | 'sizeBytes': null        | sizeBytes is missing
            1073741824              | '1Gi'                    | sizeBytes is "1Gi"
            1073741824              | 1073741825               | sizeBytes is 1073741825
            1073741824              | 0                        | sizeBytes is 0
            1073741824              | -4096                    | sizeBytes is -4096
            1073741824              | 4096.5                   | sizeBytes is 4096.5
            1073741824              | 9223372036854775807      | sizeBytes is 92233720368547
            'data': 1               | 'data': 0                | data is 0
            'data': 1               | 'data': 2                | portions has 2 elements
            'data': 1               | 'data': 31, 'x': 1       | x is not known
            'redundancy': 1         | 'redundancy': 0          | redundancy is 0
            'data': 1,              | 'data': 31,              | portions has 2 elements
            'redundancy': 1         | 'redundancy': 32         | redundancy is 32
            'redundancy': 1         | 'redundancy': 31         | portions has 2 elements
            'Dispersed'             | 'Secret'                 | key does not say where
            'Dispersed'             | 'file:'                  | key does not say where
            'key': 'Dispersed',     | ``                       | key is missing
            'Isolated'              | 'isolated'               | isolation is 'isolated'
            'isolation': 'Isolated',| ``                       | isolation is missing
            'generation': 3         | 'generation': 0          | generation is 0
            'generation': 3,        | ``                       | generation is missing
            'run': 7                | 'run': 0                 | run is 0
            '/etc/id'               | 7                        | identity is 7
            '/etc/id'               | {'certificate': '/a'}    | identity.key is missing
            '/run/dispersive/vnet.sock' | 7                    | sidecar is 7
            'portions': [           | 'portions': [3,          | portions[0] is 3
            'index': 1              | 'index': 0               | [1].index is 0 again
            'index': 1              | 'index': 2               | portions[0].index is 2
            'index': 1              | 'index': 32              | portions[0].index is 32
            'index': 1,             | ``                       | [0].index is missing
            dv-photos-1.default     | dv-photos-0.default      | pod is that of another
            dv-photos-1.default     | DV.default               | portions[0].pod is 'DV.def
            10.1.2.4                | 10.1.2.4:7400            | host is '10.1.2.4:7400'
            'host': '10.1.2.4',     | ``                       | portions[0].host is missing
            'controlPort': 7410     | 'controlPort': 0         | controlPort is 0
            'controlPort': 7410     | 'controlPort': 65536     | controlPort is 65536
            'controlPort': 7410,    | ``                       | controlPort is missing
            'administrationPort': 7400, 'controlPort': 7410 | \
            'administrationPort': 'x', 'controlPort': 7410 | administrationPort is "x"
            8f3a5c7e9b1d2f40        | 8f3a5c7e9b1d2f4          | incarnation is '8f3a5c7e9b
            8f3a5c7e9b1d2f40        | 8F3A5C7E9B1D2F40         | incarnation is '8F3A
            8f3a5c7e9b1d2f40        | 0000000000000000         | incarnation is '0000
            'incarnation': '8f3a5c7e9b1d2f40', | ``            | incarnation is missing
            'admittedFromSeq': 9    | 'admittedFromSeq': 0     | admittedFromSeq is 0
            , 'admittedFromSeq': 9  | ``                       | admittedFromSeq is missing
            """;

    @TempDir private Path directory;

    private VolumeDescription read(String text) throws IOException {
        Path file = directory.resolve("d.json");
        return VolumeDescription.read(Files.writeString(file, text.replace('\'', '"')));
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        VolumeDescription read = read(RIGHT);
        assertThat(read.name()).isEqualTo("photos");
        assertThat(read.spec().sizeBytes()).isEqualTo(1 << 30);
        assertThat(read.spec().members())
                .extracting(Member::slot, Member::podName, Member::admittedFromSeq)
                .containsExactly(
                        tuple(0, "dv-photos-0.default", 1L), tuple(1, "dv-photos-1.default", 9L));
        assertThat(read.spec().members().getLast().incarnation()).hasToString("8f3a5c7e9b1d2f40");
        assertThat(read.isolation()).isEqualTo(Isolation.ISOLATED);
        assertThat(read.generation()).isEqualTo(3);
        assertThat(read.run()).isEqualTo(OptionalLong.of(7));
        assertThat(read.keyFile()).isEmpty();
        assertThat(read.identity()).contains(IdentityFiles.in(Path.of("/etc/id")));
        assertThat(read.portions())
                .extracting(DescribedPortion::address)
                .containsExactly("dv-photos-0.dv-photos:7411", "10.1.2.4:7410");
        assertThat(read.portions().getFirst().sidecar().controls().firstEntry().getValue())
                .satisfies(control -> assertThat(control.isUnresolved()).isTrue());
        assertThat(read.portions().getLast().sidecar().controls().firstEntry().getValue())
                .satisfies(control -> assertThat(control.isUnresolved()).isFalse());
    }

    @Test
    void sharedConnectionsGoToAdministrationPortsAndWhatMayBeAbsentMayBe() throws IOException {
        VolumeDescription read =
                read(
                        RIGHT.replace("'Isolated'", "'Shared'")
                                .replace("'name': 'photos',", "")
                                .replace("'run': 7,", "")
                                .replace("'identity': '/etc/id',", "")
                                .replace("'sidecar': '/run/dispersive/vnet.sock',", "")
                                .replace("'key': 'Dispersed'", "'key': 'file:/k/key'")
                                .replaceAll("'controlPort': \\d+,", ""));
        assertThat(read.name()).isEqualTo("6f1c2a9e-8d1b-4c3e-9f00-0123456789ab");
        assertThat(read.portions().getFirst().endpoint().port()).isEqualTo(7400);
        assertThat(read.keyFile()).contains(Path.of("/k/key"));
        assertThat(List.of(read.run().isPresent(), read.identity().isPresent()))
                .containsOnly(false);
    }

    @Test
    void anIdentityMayBeThreeFiles() throws IOException {
        String files = "{'certificate': '/a', 'key': '/b', 'authority': '/c'}";
        assertThat(read(RIGHT.replace("'/etc/id'", files)).identity())
                .contains(new IdentityFiles(Path.of("/a"), Path.of("/b"), Path.of("/c")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = MISTAKES)
    void aMistakeIsNamedAndWhatToWriteInstead(String right, String mistake, String error)
            throws IOException {
        assertThat(RIGHT).contains(right);
        String text = RIGHT.replaceFirst(Pattern.quote(right), mistake);
        assertThatExceptionOfType(DescriptionException.class)
                .isThrownBy(() -> read(text))
                .withMessageContaining("d.json")
                .withMessageContaining(error)
                .satisfies(e -> {
                    assertThat(e.getMessage().lines()).hasSize(1);
                    assertThat(e.hint()).isNotBlank();
                });
    }

    @Test
    void tooManyPortionsAreToldBeforeTheyAreCounted() {
        assertThatExceptionOfType(DescriptionException.class)
                .isThrownBy(() ->
                        read(
                                RIGHT.replace("'data': 1", "'data': 20")
                                        .replace("'redundancy': 1", "'redundancy': 20")))
                .withMessageContaining("redundancy makes 40 portions");
    }

    @Test
    void aKeyIsNeverRepeatedInAnError() {
        String key = "ab".repeat(32);
        assertThatExceptionOfType(DescriptionException.class)
                .isThrownBy(() -> read(RIGHT.replace("'Dispersed'", "'" + key + "'")))
                .satisfies(e -> assertThat(e.getMessage() + e.hint()).doesNotContain(key));
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThatExceptionOfType(DescriptionException.class)
                .isThrownBy(() -> VolumeDescription.read(directory.resolve("absent")))
                .withMessageContaining("absent cannot be read: no such file");
    }
}
