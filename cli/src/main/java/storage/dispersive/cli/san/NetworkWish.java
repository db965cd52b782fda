package storage.dispersive.cli.san;

import java.util.Optional;
import storage.dispersive.cli.lan.Lan;
import storage.dispersive.cli.state.NetworkRecord;
import storage.dispersive.cli.state.SanException;
import storage.dispersive.cli.state.Underlay;
import storage.dispersive.engine.Isolation;

/** What is wanted of a SAN's network; what is left away is as it is, or the best there can be. */
public record NetworkWish(
        Optional<Isolation> isolation, Optional<Underlay> underlay, Optional<Integer> paths) {

    public static final NetworkWish NONE =
            new NetworkWish(Optional.empty(), Optional.empty(), Optional.empty());

    public NetworkWish {
        paths.ifPresent(NetworkWish::checkPaths);
        if (isolation.equals(Optional.of(Isolation.ISOLATED))
                && underlay.equals(Optional.of(Underlay.LOOPBACK))) {
            throw SanException.usage(
                    "an isolated SAN has hosts of its own and does not use loopback",
                    "choose --underlay ipv4 or ipv6, or --isolation shared");
        }
        boolean shared =
                isolation.equals(Optional.of(Isolation.SHARED))
                        || underlay.equals(Optional.of(Underlay.LOOPBACK));
        if (shared && paths.isPresent()) {
            throw SanException.usage(
                    "a shared SAN has no paths to choose from",
                    "leave --paths away, or choose --isolation isolated");
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
        boolean canHaveHosts = obstacle.isEmpty();
        if (needsHosts() && !canHaveHosts) {
            throw Lan.cannotBeMade(obstacle);
        }
        Underlay on = underlay.orElse(canHaveHosts ? Underlay.IPV4 : Underlay.LOOPBACK);
        if (on == Underlay.LOOPBACK) {
            if (isolation.isEmpty() && underlay.isEmpty()) {
                progress.step(
                        "isolation: Shared, since hosts of their own cannot be made without "
                                + obstacle);
            }
            return NetworkRecord.LOOPBACK;
        }
        return new NetworkRecord(isolation.orElse(Isolation.ISOLATED), on, paths.orElse(1));
    }

    private boolean needsHosts() {
        return isolation.equals(Optional.of(Isolation.ISOLATED))
                || paths.isPresent()
                || underlay.orElse(Underlay.LOOPBACK) != Underlay.LOOPBACK;
    }

    /** Whether a network that is there is as was wished. */
    boolean isMetBy(NetworkRecord network) {
        return isolation.orElse(network.isolation()) == network.isolation()
                && underlay.orElse(network.underlay()) == network.underlay()
                && paths.orElse(network.paths()) == network.paths();
    }
}
