package storage.dispersive.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import storage.dispersive.cli.san.LocalSan;
import storage.dispersive.cli.san.VolumeDeletion.UnreachablePods;

@Command(
        name = "delete",
        mixinStandardHelpOptions = true,
        description = "Delete a detached volume from all of its pods.")
final class VolumeDeleteCommand implements Callable<Integer> {

    private final TerminalSource source;

    @Parameters(paramLabel = "NAME", description = "The volume.")
    private String name = "";

    @Option(names = "--force", description = "Leave behind what pods hold that do not answer.")
    private boolean force;

    VolumeDeleteCommand(TerminalSource source) {
        this.source = source;
    }

    @Override
    public Integer call() {
        Terminal terminal = source.terminal();
        LocalSan.open(terminal.home())
                .deletion()
                .delete(
                        name,
                        force ? UnreachablePods.LEAVE_BEHIND : UnreachablePods.KEEP_RECORD,
                        terminal.progress());
        terminal.line("volume " + name + " is deleted");
        return ExitStatus.OK;
    }
}
