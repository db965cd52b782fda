package storage.dispersive.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import storage.dispersive.cli.san.LocalSan;
import storage.dispersive.cli.san.VolumeDeletion.UnreachablePods;

@Command(
        name = "delete",
        mixinStandardHelpOptions = true,
        description = "Delete a detached volume from all of its pods.")
final class VolumeDeleteCommand extends VolumeAction {

    @Option(names = "--force", description = "Leave behind what pods hold that do not answer.")
    private boolean force;

    VolumeDeleteCommand(TerminalSource source) {
        super(source);
    }

    @Override
    void run(LocalSan san, Terminal terminal) {
        san.deletion()
                .delete(
                        name(),
                        force ? UnreachablePods.LEAVE_BEHIND : UnreachablePods.KEEP_RECORD,
                        terminal.progress());
        terminal.line("volume " + name() + " is deleted");
    }
}
