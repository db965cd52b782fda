package storage.dispersive.cli.san;

import java.util.Optional;
import storage.dispersive.cli.lan.Lan;
import storage.dispersive.cli.state.AddressFamily;
import storage.dispersive.cli.state.Isolation;
import storage.dispersive.cli.state.NetworkRecord;
import storage.dispersive.cli.state.SanException;

/** What is wanted of a SAN's network; what is left away is as it is, or the best there can be. */
public record NetworkWish(
        Optional<Isolation> isolation, Optional<AddressFamily> underlay, Optional<Integer> paths) {

    public static final NetworkWish NONE =
            new NetworkWish(Optional.empty(), Optional.empty(), Optional.empty());

    public NetworkWish {
        paths.ifPresent(NetworkWish::checkPaths);
        if (isolation.equals(Optional.of(Isolation.SHARED))
                && (underlay.isPresent() || paths.isPresent())) {
            throw SanException.usage(
                    "a shared SAN is on the machine's network and has no underlay or paths",
                    "leave --underlay and --paths away, or choose --isolation isolated");
        }
    }

    private static void checkPaths(int count) {
        if (count < 1 || count > NetworkRecord.MAX_PATHS) {
            throw SanException.usage(
                    "a SAN cannot have " + count + " paths",
                    "choose 1 to " + NetworkRecord.MAX_PATHS);
        }
    }

    /**
     * The network of a SAN that is made now.
     *
     * @param obstacle why no host can be made here; empty if hosts can be made
     * @throws SanException if the wish needs hosts and they cannot be made
     */
    NetworkRecord forNewSan(String obstacle, Progress progress) {
        boolean needsHosts =
                isolation.equals(Optional.of(Isolation.ISOLATED))
                        || underlay.isPresent()
                        || paths.isPresent();
        if (needsHosts && !obstacle.isEmpty()) {
            throw Lan.cannotIsolate(obstacle);
        }
        if (isolation.isEmpty() && !obstacle.isEmpty()) {
            progress.step(
                    "isolation: Shared, since hosts of their own cannot be made without "
                            + obstacle);
            return NetworkRecord.SHARED;
        }
        return switch (isolation.orElse(Isolation.ISOLATED)) {
            case SHARED -> NetworkRecord.SHARED;
            case ISOLATED ->
                    new NetworkRecord(
                            Isolation.ISOLATED,
                            underlay.orElse(AddressFamily.IPV4),
                            paths.orElse(1));
        };
    }

    /** Whether a network that is there is as was wished. */
    boolean isMetBy(NetworkRecord network) {
        return isolation.orElse(network.isolation()) == network.isolation()
                && underlay.orElse(network.underlay()) == network.underlay()
                && paths.orElse(network.paths()) == network.paths()
                && (network.isolation() == Isolation.ISOLATED
                        || (underlay.isEmpty() && paths.isEmpty()));
    }
}
