package storage.dispersive.cli;

import picocli.CommandLine.Command;

@Command(
        name = "pod",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "List, kill, start and wipe storage pods.")
final class PodCommand {}
