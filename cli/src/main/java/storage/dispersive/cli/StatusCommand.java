package storage.dispersive.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import storage.dispersive.cli.san.LocalSan;
import storage.dispersive.cli.state.Json;
import storage.dispersive.cli.status.SanStatus;
import storage.dispersive.cli.status.StatusText;

@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Show pods, volumes, portions and connections.")
final class StatusCommand extends SanCommand {

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            description = "One of: ${COMPLETION-CANDIDATES}. JSON is stable: docs/local-san.md.")
    private Output output = Output.TEXT;

    enum Output {
        TEXT,
        JSON
    }

    StatusCommand(TerminalSource source) {
        super(source);
    }

    @Override
    void run(LocalSan san, Terminal terminal) {
        SanStatus status = SanStatus.of(san);
        switch (output) {
            case TEXT -> terminal.print(StatusText.of(status));
            case JSON -> terminal.line(Json.page(status));
        }
    }
}
