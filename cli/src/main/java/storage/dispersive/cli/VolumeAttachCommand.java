package storage.dispersive.cli;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import storage.dispersive.cli.san.LocalSan;
import storage.dispersive.cli.san.VolumeAttachment.Request;
import storage.dispersive.cli.san.VolumeAttachment.WhenAttached;
import storage.dispersive.cli.state.Face;
import storage.dispersive.engine.EngineReport;

@Command(
        name = "attach",
        mixinStandardHelpOptions = true,
        description = {
            "Attach a volume to this machine and wait until it serves.",
            "An attached volume whose engine has died is served again, on the same device."
        })
final class VolumeAttachCommand extends VolumeAction {

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
        super(source);
    }

    @Override
    void check() {
        request();
    }

    private Request request() {
        return new Request(
                name(),
                Optional.ofNullable(face).map(Face::parse),
                takeOver ? WhenAttached.TAKE_OVER : WhenAttached.REFUSE,
                Duration.ofSeconds(timeoutSeconds));
    }

    @Override
    void run(LocalSan san, Terminal terminal) {
        EngineReport report = san.attachment().attach(request(), terminal.progress());
        terminal.line(report.device());
    }
}
