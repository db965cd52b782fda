package storage.dispersive.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import storage.dispersive.cli.san.LocalSan;

@Command(
        name = "start",
        mixinStandardHelpOptions = true,
        description = "Start a storage pod and wait until it is ready.")
final class PodStartCommand implements Callable<Integer> {

    private final TerminalSource source;

    @Parameters(paramLabel = "NAME", description = "The pod.")
    private String name = "";

    PodStartCommand(TerminalSource source) {
        this.source = source;
    }

    @Override
    public Integer call() {
        Terminal terminal = source.terminal();
        LocalSan.open(terminal.home()).startPod(name, terminal.progress());
        terminal.line(name + " is ready");
        return ExitStatus.OK;
    }
}
