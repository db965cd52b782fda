package storage.dispersive.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import storage.dispersive.cli.san.LocalSan;
import storage.dispersive.cli.san.WipeRule.Insistence;

@Command(
        name = "wipe",
        mixinStandardHelpOptions = true,
        description = {
            "Destroy all that a storage pod holds, killing it first.",
            "It counts as missing until its portions are rebuilt."
        })
final class PodWipeCommand extends PodAction {

    @Option(names = "--force", description = "Also when a volume is destroyed by it.")
    private boolean force;

    PodWipeCommand(TerminalSource source) {
        super(source);
    }

    @Override
    void run(LocalSan san, Terminal terminal) {
        san.wipePod(name(), force ? Insistence.FORCED : Insistence.NONE, terminal.progress());
        terminal.line(name() + " is empty");
    }
}
