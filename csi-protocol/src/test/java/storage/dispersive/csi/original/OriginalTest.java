package storage.dispersive.csi.original;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * Compares with the Go modules that the programs of the test cluster are built from, where there is
 * Go.
 */
class OriginalTest {

    private static final Path PINS = Path.of("../e2e/kind/go");
    private static final Path OURS = Path.of("src/main/proto");

    @Test
    void whatIsSaidOfCsiIsWhatItsSpecificationSays() throws IOException, InterruptedException {
        Path module = module("provisioner", "github.com/container-storage-interface/spec");
        List<String> ours =
                ProtoText.words(OURS.resolve("csi.proto")).stream()
                        .map(it -> it.equals("changeable_parameters") ? "mutable_parameters" : it)
                        .toList();
        assertThat(ours).isEqualTo(ProtoText.words(module.resolve("csi.proto")));
    }

    @Test
    void whatIsSaidToAKubeletIsWhatItExpects() throws IOException, InterruptedException {
        Path module = module("kubernetes", "k8s.io/kubelet");
        assertThat(statements("pluginregistration.proto", OURS))
                .isEqualTo(
                        statements("api.proto", module.resolve("pkg/apis/pluginregistration/v1")));
    }

    /** In whatever order. */
    private static Set<String> statements(String file, Path directory) throws IOException {
        String text = String.join(" ", ProtoText.words(directory.resolve(file)));
        return new HashSet<>(Arrays.asList(text.split("(?<=}) (?=message|service)|(?<=;) ")));
    }

    private static Path module(String pins, String module)
            throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder("go", "list", "-m", "-f", "{{.Dir}}", module)
                        .directory(PINS.resolve(pins).toFile())
                        .redirectErrorStream(true);
        builder.environment().put("GOFLAGS", "-mod=readonly");
        String said;
        try {
            Process process = builder.start();
            said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                            .strip();
            Assumptions.assumeTrue(process.waitFor() == 0, said);
        } catch (IOException e) {
            Assumptions.abort("there is no go: " + e.getMessage());
            throw e;
        }
        Assumptions.assumeFalse(
                said.isEmpty(), module + " is not downloaded: run e2e/kind/programs");
        return Path.of(said);
    }
}
