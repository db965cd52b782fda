package storage.dispersive.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DispersiveTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return Dispersive.run(new PrintWriter(out), new PrintWriter(err), arguments);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "frobnicate",
                "--frobnicate",
                "volume create v",
                "volume create v --size 1GiB --data four",
                "volume create --size 1GiB",
                "volume attach",
                "pod kill",
                "status -o yaml",
                "try",
                "try d.json --blocks many",
                "up --pods many",
                "down now"
            })
    void aCommandLineThatMakesNoSenseIsStatusTwoAndTwoLines(String line) {
        assertThat(run(line.split(" ", -1))).isEqualTo(ExitStatus.USAGE);
        assertThat(err.toString().lines()).hasSize(2).first().asString().startsWith("error: ");
        assertThat(err.toString().lines().skip(1))
                .first()
                .asString()
                .startsWith("hint: ")
                .contains("--help");
        assertThat(out.toString()).isEmpty();
    }

    /** With or without a SAN, and whatever it is like. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "volume attach v --timeout 0",
                "volume attach v --timeout -5",
                "volume attach v --face hole",
                "volume create v --size 0",
                "volume create v --size -1GiB",
                "volume create v --size 1KB",
                "volume create v --size 1GiB --data 0",
                "volume create v --size 1GiB --redundancy -1",
                "volume create v --size 1GiB --key nowhere",
                "try /absent.json",
                "try /absent.json --seconds 0",
                "try /absent.json --blocks 0",
                "try /absent.json --depth -1",
                "try /absent.json --write-bytes-per-second much",
                "up --pods 0",
                "up --pods -1"
            })
    void aNumberThatMakesNoSenseIsStatusTwo(String line) {
        assertThat(run(line.split(" ", -1))).isEqualTo(ExitStatus.USAGE);
        assertThat(err.toString().lines()).hasSize(2).first().asString().startsWith("error: ");
    }

    @Test
    void everyCommandHasHelp() {
        assertThat(run("--help")).isEqualTo(ExitStatus.OK);
        assertThat(out.toString())
                .contains("demo", "up", "down", "volume", "pod", "status", "bench", "completion");
        for (String command :
                new String[] {
                    "demo",
                    "up",
                    "down",
                    "volume create",
                    "volume attach",
                    "pod wipe",
                    "status",
                    "try",
                    "bench"
                }) {
            assertThat(run((command + " --help").split(" ", -1))).as(command).isZero();
        }
    }

    @Test
    void theCompletionScriptKnowsTheCommands() {
        assertThat(run("completion")).isEqualTo(ExitStatus.OK);
        assertThat(out.toString())
                .contains("complete -F _complete_dispersive")
                .contains("--redundancy", "--take-over", "wipe");
    }
}
