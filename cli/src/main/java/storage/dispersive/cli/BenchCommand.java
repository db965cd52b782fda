package storage.dispersive.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import storage.dispersive.cli.bench.Bench;

@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = {
            "Measure both faces with fio, beside a memory disk of nbdkit.",
            "CPU time is that of the SAN's processes, without fio and the kernel's threads."
        })
final class BenchCommand implements Callable<Integer> {

    private final TerminalSource source;

    @Option(names = "--quick", description = "Two seconds for each measurement, on 256 MiB.")
    private boolean quick;

    @Option(
            names = "--stores",
            paramLabel = "DIR",
            description = "Where the SAN is made; ${DEFAULT-VALUE} unless given.")
    private Path stores = Path.of("/dev/shm");

    BenchCommand(TerminalSource source) {
        this.source = source;
    }

    @Override
    public Integer call() throws IOException {
        Terminal terminal = source.terminal();
        new Bench(
                        quick ? Bench.Length.QUICK : Bench.Length.FULL,
                        terminal.out(),
                        terminal.progress())
                .run(stores);
        return ExitStatus.OK;
    }
}
