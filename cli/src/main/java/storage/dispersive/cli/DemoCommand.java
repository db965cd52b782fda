package storage.dispersive.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import storage.dispersive.cli.demo.Demo;
import storage.dispersive.cli.state.Face;

@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Show the whole idea on this machine, in a SAN of its own that leaves nothing behind.",
            "Ends with PASS if every byte was right."
        })
final class DemoCommand implements Callable<Integer> {

    private final TerminalSource source;

    @Option(
            names = "--face",
            paramLabel = "FACE",
            description = "nbd (nobody special) or fuse (root); what is possible if not given.")
    private @Nullable String face;

    @Mixin private final NetworkOptions network = new NetworkOptions();

    DemoCommand(TerminalSource source) {
        this.source = source;
    }

    @Override
    public Integer call() {
        Demo demo = new Demo(source.terminal().out());
        return demo.run(Optional.ofNullable(face).map(Face::parse), network.wish())
                ? ExitStatus.OK
                : ExitStatus.FAILED;
    }
}
