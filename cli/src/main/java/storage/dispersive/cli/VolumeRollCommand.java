package storage.dispersive.cli;

import picocli.CommandLine.Command;
import storage.dispersive.cli.san.LocalSan;

@Command(
        name = "roll",
        mixinStandardHelpOptions = true,
        description =
                "Replace the virtual network machines of an attached volume by new ones, with new"
                        + " addresses, while it is used.")
final class VolumeRollCommand extends VolumeAction {

    VolumeRollCommand(TerminalSource source) {
        super(source);
    }

    @Override
    void run(LocalSan san, Terminal terminal) {
        int machines = san.connections().roll(name());
        terminal.line("volume " + name() + " has " + machines + " new machines");
    }
}
