package storage.dispersive.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import storage.dispersive.cli.san.LocalSan;
import storage.dispersive.cli.san.UpRequest;
import storage.dispersive.cli.status.SanStatus;
import storage.dispersive.cli.status.StatusText;

@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = "Start a local SAN, making it first if there is none. Pods that run stay.")
final class UpCommand implements Callable<Integer> {

    private final TerminalSource source;

    @Option(names = "--pods", paramLabel = "N", description = "Storage pods; 6 unless given.")
    private @Nullable Integer pods;

    @Option(
            names = "--stores",
            paramLabel = "DIR",
            description = "Where the pods keep their data; in the SAN's directory unless given.")
    private @Nullable Path stores;

    @Mixin private final NetworkOptions network = new NetworkOptions();

    UpCommand(TerminalSource source) {
        this.source = source;
    }

    @Override
    public Integer call() {
        Terminal terminal = source.terminal();
        LocalSan san =
                LocalSan.up(
                        terminal.home(),
                        new UpRequest(
                                Optional.ofNullable(pods),
                                Optional.ofNullable(stores),
                                UpRequest.USUAL_SEGMENT_BYTES,
                                network.wish()),
                        terminal.progress());
        terminal.print(StatusText.pods(SanStatus.of(san).pods()));
        return ExitStatus.OK;
    }
}
