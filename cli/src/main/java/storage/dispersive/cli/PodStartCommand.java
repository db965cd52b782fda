package storage.dispersive.cli;

import picocli.CommandLine.Command;
import storage.dispersive.cli.san.LocalSan;

@Command(
        name = "start",
        mixinStandardHelpOptions = true,
        description = "Start a storage pod and wait until it is ready.")
final class PodStartCommand extends PodAction {

    PodStartCommand(TerminalSource source) {
        super(source);
    }

    @Override
    void run(LocalSan san, Terminal terminal) {
        san.startPod(name(), terminal.progress());
        terminal.line(name() + " is ready");
    }
}
