package storage.dispersive.cli;

import picocli.CommandLine.Command;
import storage.dispersive.cli.san.LocalSan;

@Command(
        name = "kill",
        mixinStandardHelpOptions = true,
        description = "Kill a storage pod (SIGKILL), as a power cut would.")
final class PodKillCommand extends PodAction {

    PodKillCommand(TerminalSource source) {
        super(source);
    }

    @Override
    void run(LocalSan san, Terminal terminal) {
        san.killPod(name());
        terminal.line(name() + " is dead");
    }
}
