package storage.dispersive.cli;

import picocli.CommandLine.Command;

@Command(
        name = "volume",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Create, attach, detach and delete volumes; roll and limit connections.")
final class VolumeCommand {}
