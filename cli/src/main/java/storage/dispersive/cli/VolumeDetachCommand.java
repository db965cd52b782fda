package storage.dispersive.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import storage.dispersive.cli.san.LocalSan;

@Command(
        name = "detach",
        mixinStandardHelpOptions = true,
        description = "Detach a volume; its device and its engine go.")
final class VolumeDetachCommand implements Callable<Integer> {

    private final TerminalSource source;

    @Parameters(paramLabel = "NAME", description = "The volume.")
    private String name = "";

    VolumeDetachCommand(TerminalSource source) {
        this.source = source;
    }

    @Override
    public Integer call() {
        Terminal terminal = source.terminal();
        LocalSan.open(terminal.home()).attachment().detach(name);
        terminal.line("volume " + name + " is detached");
        return ExitStatus.OK;
    }
}
