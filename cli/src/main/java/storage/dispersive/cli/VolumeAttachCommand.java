package storage.dispersive.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import storage.dispersive.cli.engine.EngineReport;
import storage.dispersive.cli.san.LocalSan;
import storage.dispersive.cli.san.VolumeAttachment.Request;
import storage.dispersive.cli.san.VolumeAttachment.WhenAttached;
import storage.dispersive.cli.state.Face;

@Command(
        name = "attach",
        mixinStandardHelpOptions = true,
        description = {
            "Attach a volume to this machine and wait until it serves.",
            "An attached volume whose engine has died is served again, on the same device."
        })
final class VolumeAttachCommand implements Callable<Integer> {

    private final TerminalSource source;

    @Parameters(paramLabel = "NAME", description = "The volume.")
    private String name = "";

    @Option(
            names = "--face",
            paramLabel = "FACE",
            description =
                    "nbd (a Unix socket) or fuse (a loop device); fuse for root if not given.")
    private @Nullable String face;

    @Option(
            names = {"--take-over", "--force"},
            description = "Fence an engine that serves the volume: it will never write again.")
    private boolean takeOver;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "How long to wait until it serves; ${DEFAULT-VALUE} unless given.")
    private int timeoutSeconds = 60;

    VolumeAttachCommand(TerminalSource source) {
        this.source = source;
    }

    @Override
    public Integer call() {
        Terminal terminal = source.terminal();
        EngineReport report =
                LocalSan.open(terminal.home())
                        .attachment()
                        .attach(
                                new Request(
                                        name,
                                        Optional.ofNullable(face).map(Face::parse),
                                        takeOver ? WhenAttached.TAKE_OVER : WhenAttached.REFUSE,
                                        Duration.ofSeconds(timeoutSeconds)),
                                terminal.progress());
        terminal.line(report.device());
        return ExitStatus.OK;
    }
}
