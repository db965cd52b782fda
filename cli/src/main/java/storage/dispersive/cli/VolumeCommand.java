package storage.dispersive.cli;

import picocli.CommandLine.Command;

@Command(
        name = "volume",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Create, list, attach, detach, delete volumes; roll, limit connections.")
final class VolumeCommand {}
