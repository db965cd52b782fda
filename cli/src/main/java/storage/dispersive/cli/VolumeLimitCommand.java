package storage.dispersive.cli;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import storage.dispersive.cli.san.LocalSan;
import storage.dispersive.cli.state.ByteSize;
import storage.dispersive.cli.state.SanException;

@Command(
        name = "limit",
        mixinStandardHelpOptions = true,
        description =
                "Bound what each connection of an attached volume carries, while it is used. It"
                        + " holds until the volume is detached.")
final class VolumeLimitCommand extends VolumeAction {

    @ArgGroup(multiplicity = "1")
    private final Rate rate = new Rate();

    private static final class Rate {
        @Option(
                names = "--per-second",
                paramLabel = "SIZE",
                description = "Bytes in a second, each way, such as 20MiB.")
        private String perSecond = "";

        @Option(names = "--none", description = "As much as there is.")
        private boolean none;
    }

    VolumeLimitCommand(TerminalSource source) {
        super(source);
    }

    @Override
    void run(LocalSan san, Terminal terminal) {
        if (rate.none) {
            san.connections().limit(name(), 0);
            terminal.line("connections of volume " + name() + " are not limited");
            return;
        }
        ByteSize size = ByteSize.parse(rate.perSecond);
        if (size.bytes() < 1) {
            throw SanException.usage("nothing at all is no limit", "detach the volume instead");
        }
        san.connections().limit(name(), size.bytes());
        terminal.line(
                "each connection of volume " + name() + " carries at most " + size + " a second");
    }
}
