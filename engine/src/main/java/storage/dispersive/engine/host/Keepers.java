package storage.dispersive.engine.host;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.linux.Errno;
import storage.dispersive.linux.LinuxException;
import storage.dispersive.linux.keeper.DescriptorName;
import storage.dispersive.linux.keeper.KeeperClient;

/**
 * Who holds the descriptors of the mounts while no engine does: the process that mounts, and the
 * sidecar, so that either may die. The second may be away; what it lacks it is given when it is
 * back.
 *
 * <p>Thread contract: any thread; calls wait as {@link KeeperClient}'s do.
 */
final class Keepers {

    private static final Logger log = LoggerFactory.getLogger(Keepers.class);

    private final KeeperClient first;
    private final Optional<KeeperClient> second;

    Keepers(Path first, Optional<Path> second) {
        this.first = new KeeperClient(first);
        this.second = second.map(KeeperClient::new);
    }

    /**
     * The descriptor, from whoever has it; empty if nobody does.
     *
     * @throws IOException if the first does not answer and the second has it not
     */
    Optional<Descriptor> fetch(DescriptorName name) throws IOException {
        Optional<Descriptor> found;
        IOException silent = null;
        try {
            found = first.fetch(name);
        } catch (IOException e) {
            found = Optional.empty();
            silent = e;
        }
        if (found.isEmpty() && second.isPresent()) {
            found = fetchFromSecond(second.get(), name);
        }
        if (found.isEmpty() && silent != null) {
            throw silent;
        }
        return found;
    }

    private static Optional<Descriptor> fetchFromSecond(KeeperClient keeper, DescriptorName name) {
        try {
            Optional<Descriptor> found = keeper.fetch(name);
            found.ifPresent(_ -> log.info("the second keeper held {}", name));
            return found;
        } catch (IOException e) {
            log.debug("the second keeper has {} not: {}", name, e.getMessage());
            return Optional.empty();
        }
    }

    /** Where a descriptor is deposited. */
    enum Place {
        FIRST,
        SECOND
    }

    /** The names that a keeper holds; empty if it is not there. */
    Optional<Set<DescriptorName>> held(Place place) {
        Optional<KeeperClient> keeper = at(place);
        if (keeper.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Set.copyOf(keeper.get().list()));
        } catch (IOException e) {
            log.debug("a keeper is away: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /** Gives a keeper what it lacks, if it is there. */
    void deposit(Place place, DescriptorName name, Descriptor descriptor) {
        Optional<KeeperClient> keeper = at(place);
        if (keeper.isEmpty()) {
            return;
        }
        try {
            keeper.get().deposit(name, descriptor);
        } catch (LinuxException e) {
            if (e.errno() != Errno.ENOENT && e.errno() != Errno.ECONNREFUSED) {
                log.warn("a keeper did not take {}: {}", name, e.getMessage());
            }
        } catch (IOException e) {
            log.warn("a keeper did not take {}: {}", name, e.getMessage());
        }
    }

    private Optional<KeeperClient> at(Place place) {
        return switch (place) {
            case FIRST -> Optional.of(first);
            case SECOND -> second;
        };
    }

    /** The volume is detached: the second need hold nothing of it; the first is its mounter's. */
    void forget(DescriptorName name) {
        if (second.isEmpty()) {
            return;
        }
        try {
            second.get().forget(name);
        } catch (IOException e) {
            log.debug("nobody forgets {}: {}", name, e.getMessage());
        }
    }
}
