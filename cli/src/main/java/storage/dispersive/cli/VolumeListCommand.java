package storage.dispersive.cli;

import picocli.CommandLine.Command;
import storage.dispersive.cli.san.LocalSan;
import storage.dispersive.cli.status.SanStatus;
import storage.dispersive.cli.status.StatusText;

@Command(name = "list", mixinStandardHelpOptions = true, description = "List the volumes.")
final class VolumeListCommand extends SanCommand {

    VolumeListCommand(TerminalSource source) {
        super(source);
    }

    @Override
    void run(LocalSan san, Terminal terminal) {
        terminal.print(StatusText.volumes(SanStatus.of(san).volumes()));
    }
}
