package storage.dispersive.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import storage.dispersive.cli.san.LocalSan;
import storage.dispersive.cli.status.SanStatus;
import storage.dispersive.cli.status.StatusText;

@Command(name = "list", mixinStandardHelpOptions = true, description = "List the storage pods.")
final class PodListCommand implements Callable<Integer> {

    private final TerminalSource source;

    PodListCommand(TerminalSource source) {
        this.source = source;
    }

    @Override
    public Integer call() {
        Terminal terminal = source.terminal();
        terminal.print(StatusText.pods(SanStatus.of(LocalSan.open(terminal.home())).pods()));
        return ExitStatus.OK;
    }
}
