package storage.dispersive.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import storage.dispersive.cli.san.LocalSan;
import storage.dispersive.cli.san.LocalSan.Data;
import storage.dispersive.cli.san.LocalSan.InUse;

@Command(
        name = "down",
        mixinStandardHelpOptions = true,
        description = "Detach all volumes and end all processes of the local SAN.")
final class DownCommand implements Callable<Integer> {

    private final TerminalSource source;

    @Option(names = "--delete-data", description = "Delete all volumes and the SAN itself.")
    private boolean deleteData;

    @Option(
            names = "--force",
            description = "Take away devices that are in use; who uses them gets I/O errors.")
    private boolean force;

    DownCommand(TerminalSource source) {
        this.source = source;
    }

    @Override
    public Integer call() {
        Terminal terminal = source.terminal();
        LocalSan.open(terminal.home())
                .down(
                        force ? InUse.ABANDON : InUse.REFUSE,
                        deleteData ? Data.DELETE : Data.KEEP,
                        terminal.progress());
        terminal.line(deleteData ? "the SAN is gone" : "the SAN is down; its data is kept");
        return ExitStatus.OK;
    }
}
