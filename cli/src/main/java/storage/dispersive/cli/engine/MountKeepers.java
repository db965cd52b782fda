package storage.dispersive.cli.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.linux.Errno;
import storage.dispersive.linux.LinuxException;
import storage.dispersive.linux.keeper.DescriptorName;
import storage.dispersive.linux.keeper.KeeperClient;

/**
 * Who holds the descriptor of a FUSE mount while no engine does: a process of its own, and in an
 * isolated SAN the sidecar of the host too, so that either may die. In a shared SAN nobody is at
 * the second place, which is no failure.
 *
 * <p>Thread contract: any thread; calls wait as {@link KeeperClient}'s do.
 */
public final class MountKeepers {

    private static final Logger log = LoggerFactory.getLogger(MountKeepers.class);

    /** In a keeper that holds nothing else. */
    private static final DescriptorName DISK = new DescriptorName("disk");

    private final KeeperClient own;
    private final KeeperClient sidecar;
    private final DescriptorName nameAtSidecar;

    /**
     * The keepers of one attachment.
     *
     * @param sidecar the socket of the keeper that the sidecar of this host has
     */
    public MountKeepers(EngineFiles files, Path sidecar) {
        this.own = new KeeperClient(files.keeperSocket());
        this.sidecar = new KeeperClient(sidecar);
        Path directory = files.directory();
        Path volume = directory.getParent();
        this.nameAtSidecar =
                new DescriptorName(
                        (volume == null ? "" : volume.getFileName() + ".")
                                + directory.getFileName());
    }

    /**
     * The descriptor, from whoever has it; empty if nobody does.
     *
     * @throws IOException if somebody may have it and does not answer
     */
    Optional<Descriptor> fetch() throws IOException {
        Optional<Descriptor> found = fetch(own, DISK);
        if (found.isPresent()) {
            return found;
        }
        Optional<Descriptor> second = fetch(sidecar, nameAtSidecar);
        second.ifPresent(_ -> log.info("the sidecar held the mount's descriptor"));
        return second;
    }

    private static Optional<Descriptor> fetch(KeeperClient keeper, DescriptorName name)
            throws IOException {
        try {
            return keeper.fetch(name);
        } catch (LinuxException e) {
            if (isNobodyThere(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** A keeper that ended has closed what it held. */
    private static boolean isNobodyThere(LinuxException e) {
        return e.errno() == Errno.ENOENT || e.errno() == Errno.ECONNREFUSED;
    }

    /** With both; fails if its own process does not take it. */
    void deposit(Descriptor descriptor) throws IOException {
        own.deposit(DISK, descriptor);
        depositWithSidecar(descriptor);
    }

    /** With the sidecar, if there is one; a new one holds nothing yet. */
    void depositWithSidecar(Descriptor descriptor) {
        try {
            sidecar.deposit(nameAtSidecar, descriptor);
        } catch (LinuxException e) {
            if (!isNobodyThere(e)) {
                log.warn("only one process holds the mount's descriptor: {}", e.getMessage());
            }
        } catch (IOException e) {
            log.warn("only one process holds the mount's descriptor: {}", e.getMessage());
        }
    }

    /** The attachment has ended: the sidecar need not hold anything of it. */
    public void forget() {
        try {
            sidecar.forget(nameAtSidecar);
        } catch (IOException e) {
            log.debug("no sidecar forgets {}: {}", nameAtSidecar, e.getMessage());
        }
    }
}
