package storage.dispersive.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import storage.dispersive.cli.san.LocalSan;
import storage.dispersive.cli.san.WipeRule.Insistence;

@Command(
        name = "wipe",
        mixinStandardHelpOptions = true,
        description = {
            "Destroy all that a storage pod holds, killing it first.",
            "It counts as missing until its portions are rebuilt."
        })
final class PodWipeCommand implements Callable<Integer> {

    private final TerminalSource source;

    @Parameters(paramLabel = "NAME", description = "The pod.")
    private String name = "";

    @Option(names = "--force", description = "Also when a volume is destroyed by it.")
    private boolean force;

    PodWipeCommand(TerminalSource source) {
        this.source = source;
    }

    @Override
    public Integer call() {
        Terminal terminal = source.terminal();
        LocalSan.open(terminal.home())
                .wipePod(name, force ? Insistence.FORCED : Insistence.NONE, terminal.progress());
        terminal.line(name + " is empty");
        return ExitStatus.OK;
    }
}
