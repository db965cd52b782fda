package storage.dispersive.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "bench", mixinStandardHelpOptions = true, description = "")
final class BenchCommand implements Callable<Integer> {

    BenchCommand(TerminalSource source) {}

    @Override
    public Integer call() {
        return ExitStatus.OK;
    }
}
