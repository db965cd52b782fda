package storage.dispersive.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import storage.dispersive.cli.san.LocalSan;
import storage.dispersive.cli.san.LocalSan.Data;
import storage.dispersive.cli.san.LocalSan.InUse;

@Command(
        name = "down",
        mixinStandardHelpOptions = true,
        description = "Detach all volumes and end all processes of the local SAN.")
final class DownCommand extends SanCommand {

    @Option(names = "--delete-data", description = "Delete all volumes and the SAN itself.")
    private boolean deleteData;

    @Option(
            names = "--force",
            description = "Take away devices that are in use; who uses them gets I/O errors.")
    private boolean force;

    DownCommand(TerminalSource source) {
        super(source);
    }

    @Override
    void run(LocalSan san, Terminal terminal) {
        san.down(
                force ? InUse.ABANDON : InUse.REFUSE,
                deleteData ? Data.DELETE : Data.KEEP,
                terminal.progress());
        terminal.line(deleteData ? "the SAN is gone" : "the SAN is down; its data is kept");
    }
}
