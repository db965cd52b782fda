package storage.dispersive.cli;

import picocli.CommandLine.Parameters;

/** A command about one volume, which it names. */
abstract class VolumeAction extends SanCommand {

    @Parameters(paramLabel = "NAME", description = "The volume.")
    private String name = "";

    VolumeAction(TerminalSource source) {
        super(source);
    }

    final String name() {
        return name;
    }
}
