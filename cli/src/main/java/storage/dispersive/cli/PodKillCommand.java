package storage.dispersive.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import storage.dispersive.cli.san.LocalSan;

@Command(
        name = "kill",
        mixinStandardHelpOptions = true,
        description = "Kill a storage pod (SIGKILL), as a power cut would.")
final class PodKillCommand implements Callable<Integer> {

    private final TerminalSource source;

    @Parameters(paramLabel = "NAME", description = "The pod.")
    private String name = "";

    PodKillCommand(TerminalSource source) {
        this.source = source;
    }

    @Override
    public Integer call() {
        Terminal terminal = source.terminal();
        LocalSan.open(terminal.home()).killPod(name);
        terminal.line(name + " is dead");
        return ExitStatus.OK;
    }
}
