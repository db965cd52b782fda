package storage.dispersive.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import storage.dispersive.cli.san.LocalSan;
import storage.dispersive.cli.san.VolumeCreation;
import storage.dispersive.cli.state.ByteSize;
import storage.dispersive.cli.state.KeySource;
import storage.dispersive.cli.state.VolumeRecord;

@Command(
        name = "create",
        mixinStandardHelpOptions = true,
        description = "Create a volume, dispersed over as many pods as it has portions.")
final class VolumeCreateCommand extends SanCommand {

    @Parameters(paramLabel = "NAME", description = "1 to 63 of a-z, 0-9 and '-'.")
    private String name = "";

    @Option(names = "--size", required = true, description = "Such as 512MiB, 1GiB, 20GB.")
    private String size = "";

    @Option(names = "--data", paramLabel = "K", description = "Data portions; 4 unless given.")
    private int data = 4;

    @Option(
            names = "--redundancy",
            paramLabel = "M",
            description = "Redundant portions: how many pods may be lost; 2 unless given.")
    private int redundancy = 2;

    @Option(
            names = "--key",
            description =
                    "'dispersed': any K pods have it together, fewer nothing; or 'file:PATH', which"
                            + " is made if it is not there.")
    private String key = "dispersed";

    VolumeCreateCommand(TerminalSource source) {
        super(source);
    }

    @Override
    void check() {
        request().check();
    }

    private VolumeCreation.Request request() {
        return new VolumeCreation.Request(
                name, ByteSize.parse(size).bytes(), data, redundancy, KeySource.parse(key));
    }

    @Override
    void run(LocalSan san, Terminal terminal) {
        VolumeRecord made = san.creation().create(request(), terminal.progress());
        terminal.line(
                "volume "
                        + made.name()
                        + " of "
                        + new ByteSize(made.sizeBytes())
                        + ", "
                        + made.code()
                        + ": any "
                        + made.redundancy()
                        + " of its "
                        + made.code().portions()
                        + " pods may be lost");
        if (made.redundancy() >= made.data()) {
            terminal.line(
                    "note: writes need "
                            + (made.redundancy() + 1)
                            + " pods, so fewer than "
                            + made.redundancy()
                            + " may be missing while it is written");
        }
    }
}
