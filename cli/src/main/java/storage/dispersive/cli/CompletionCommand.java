package storage.dispersive.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;

@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        description = {
            "Print a completion script for bash and zsh.",
            "Use it with: source <(dispersive completion)"
        })
final class CompletionCommand implements Callable<Integer> {

    private final TerminalSource source;

    CompletionCommand(TerminalSource source) {
        this.source = source;
    }

    @Override
    public Integer call() {
        Terminal terminal = source.terminal();
        Dispersive root = new Dispersive();
        terminal.print(
                AutoComplete.bash(
                        "dispersive", Dispersive.commands(root, terminal.out(), terminal.err())));
        return ExitStatus.OK;
    }
}
