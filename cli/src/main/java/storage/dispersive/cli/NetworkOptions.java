package storage.dispersive.cli;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import storage.dispersive.cli.san.NetworkWish;
import storage.dispersive.cli.state.Underlay;
import storage.dispersive.engine.Isolation;

/** The options of commands that make a SAN, about its network. */
final class NetworkOptions {

    @Option(
            names = "--isolation",
            paramLabel = "HOW",
            description =
                    "isolated (each connection in virtual network machines of its own; root) or"
                            + " shared (plain sockets); isolated where it can be.")
    private @Nullable Isolation isolation;

    @Option(
            names = "--underlay",
            paramLabel = "NETWORK",
            description =
                    "ipv4 or ipv6 (the client and each pod are hosts on a LAN; root) or loopback"
                            + " (all are programs of this machine, shared); ipv4 where it can be.")
    private @Nullable Underlay underlay;

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
