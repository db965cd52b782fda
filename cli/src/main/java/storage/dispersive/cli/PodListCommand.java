package storage.dispersive.cli;

import picocli.CommandLine.Command;
import storage.dispersive.cli.san.LocalSan;
import storage.dispersive.cli.status.SanStatus;
import storage.dispersive.cli.status.StatusText;

@Command(name = "list", mixinStandardHelpOptions = true, description = "List the storage pods.")
final class PodListCommand extends SanCommand {

    PodListCommand(TerminalSource source) {
        super(source);
    }

    @Override
    void run(LocalSan san, Terminal terminal) {
        terminal.print(StatusText.pods(SanStatus.of(san).pods()));
    }
}
