package storage.dispersive.cli;

import picocli.CommandLine.Command;

@Command(
        name = "volume",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description =
                "Create, list, attach, detach and delete volumes, and roll or limit their connections.")
final class VolumeCommand {}
