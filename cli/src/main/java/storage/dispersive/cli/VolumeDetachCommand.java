package storage.dispersive.cli;

import picocli.CommandLine.Command;
import storage.dispersive.cli.san.LocalSan;

@Command(
        name = "detach",
        mixinStandardHelpOptions = true,
        description = "Detach a volume; its device and its engine go.")
final class VolumeDetachCommand extends VolumeAction {

    VolumeDetachCommand(TerminalSource source) {
        super(source);
    }

    @Override
    void run(LocalSan san, Terminal terminal) {
        san.attachment().detach(name());
        terminal.line("volume " + name() + " is detached");
    }
}
