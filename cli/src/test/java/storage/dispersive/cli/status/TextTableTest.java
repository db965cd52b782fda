package storage.dispersive.cli.status;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextTableTest {

    @Test
    void textStandsLeftAndNumbersStandRight() {
        TextTable table = new TextTable("NAME", "SIZE", "STATE");
        table.row("a", "9 B", "UP").row("longer", "128 MiB", "DOWN");
        assertThat(table)
                .hasToString(
                        """
                        NAME       SIZE  STATE
                        a           9 B  UP
                        longer  128 MiB  DOWN
                        """);
    }

    @Test
    void aDashStandsAmongNumbers() {
        assertThat(new TextTable("PID").row("-").row("12345")).hasToString("  PID\n    -\n12345\n");
    }
}
