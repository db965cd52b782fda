package storage.dispersive.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import storage.dispersive.cli.bench.Bench;
import storage.dispersive.cli.bench.IsolationBench;
import storage.dispersive.cli.san.NetworkWish;
import storage.dispersive.cli.state.SanException;

@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = {
            "Measure both faces with fio, beside a memory disk of nbdkit.",
            "Each is warmed up first: written in sequence once, then 2 seconds each of random"
                    + " writes, random reads and sequential reads. Before the first volume,"
                    + " another is written twice over and deleted, so that the pods use files"
                    + " again that were written before.",
            "CPU time is that of the SAN's processes, without fio and the kernel's threads."
        })
final class BenchCommand implements Callable<Integer> {

    private final TerminalSource source;

    @Option(
            names = "--quick",
            description = "1 second for each measurement, on 256 MiB; not 6, on 1 GiB.")
    private boolean quick;

    @Option(
            names = "--stores",
            paramLabel = "DIR",
            description = "Where the SAN is made; ${DEFAULT-VALUE} unless given.")
    private Path stores = Path.of("/dev/shm");

    @Option(
            names = "--isolation-pairs",
            paramLabel = "N",
            description =
                    "Measure what virtual network machines cost instead: N times on an isolated"
                            + " SAN and on a shared one in turn, each on a LAN of its own (root).")
    private int isolationPairs;

    @Mixin private final NetworkOptions network = new NetworkOptions();

    BenchCommand(TerminalSource source) {
        this.source = source;
    }

    @Override
    public Integer call() throws IOException {
        Terminal terminal = source.terminal();
        if (isolationPairs < 0) {
            throw SanException.usage(
                    "no pairs can be measured: " + isolationPairs, "choose 10 or more");
        }
        if (!Files.isDirectory(stores)) {
            throw SanException.usage(
                    "there is no directory " + stores, "make it, or leave --stores away");
        }
        if (isolationPairs > 0) {
            if (!network.wish().equals(NetworkWish.NONE)) {
                throw SanException.usage(
                        "--isolation-pairs chooses the networks itself",
                        "leave --isolation, --underlay and --paths away");
            }
            new IsolationBench(isolationPairs, terminal.out(), terminal.progress()).run(stores);
            return ExitStatus.OK;
        }
        new Bench(
                        quick ? Bench.Length.QUICK : Bench.Length.FULL,
                        terminal.out(),
                        terminal.progress())
                .run(stores, network.wish());
        return ExitStatus.OK;
    }
}
