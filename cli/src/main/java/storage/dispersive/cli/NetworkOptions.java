package storage.dispersive.cli;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import storage.dispersive.cli.san.NetworkWish;
import storage.dispersive.cli.state.AddressFamily;
import storage.dispersive.cli.state.Isolation;

/** The options of commands that make a SAN, about its network. */
final class NetworkOptions {

    @Option(
            names = "--isolation",
            paramLabel = "HOW",
            description =
                    "isolated (the client and each pod are hosts of their own; root) or shared"
                            + " (plain programs of this machine); isolated where it can be.")
    private @Nullable Isolation isolation;

    @Option(
            names = "--underlay",
            paramLabel = "FAMILY",
            description = "ipv4 or ipv6, between isolated hosts; ipv4 unless given.")
    private @Nullable AddressFamily underlay;

    @Option(
            names = "--paths",
            paramLabel = "N",
            description =
                    "Networks that each isolated host is connected to, 1 to 4; 1 if not given.")
    private @Nullable Integer paths;

    NetworkWish wish() {
        return new NetworkWish(
                Optional.ofNullable(isolation),
                Optional.ofNullable(underlay),
                Optional.ofNullable(paths));
    }
}
