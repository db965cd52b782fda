package storage.dispersive.cli;

import picocli.CommandLine.Parameters;

/** A command about one storage pod, which it names. */
abstract class PodAction extends SanCommand {

    @Parameters(paramLabel = "NAME", description = "The pod.")
    private String name = "";

    PodAction(TerminalSource source) {
        super(source);
    }

    final String name() {
        return name;
    }
}
