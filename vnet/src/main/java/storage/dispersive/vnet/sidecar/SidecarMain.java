package storage.dispersive.vnet.sidecar;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.linux.Capabilities;
import storage.dispersive.linux.Capability;
import storage.dispersive.linux.Confinement;

/**
 * The sidecar's process. It needs two capabilities, and gives all others up before it begins: it
 * starts itself again without them. Ends with SIGTERM; with 2 when a setting or a right is missing,
 * and one line that says which.
 */
public final class SidecarMain {

    private static final Logger LOG = LoggerFactory.getLogger(SidecarMain.class);

    private static final Confinement CONFINEMENT =
            new Confinement(Set.of(Capability.CAP_NET_ADMIN, Capability.CAP_SYS_ADMIN), Set.of());

    private static final int EXIT_SETTING = 2;

    private SidecarMain() {}

    /**
     * Runs until it is told to end.
     *
     * @param arguments {@code KEY=VALUE}, see {@link SidecarSettings#USAGE}
     */
    public static void main(String[] arguments) throws InterruptedException {
        try {
            SidecarSettings settings = SidecarSettings.parse(arguments);
            confine();
            Sidecar sidecar = Sidecar.start(settings);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(sidecar), "shutdown"));
            LOG.info(
                    "sidecar {} serves at {} with {} and no other capability",
                    settings.name(),
                    settings.socket(),
                    Confinement.names(Capabilities.effective()));
        } catch (IllegalArgumentException e) {
            complain(e.getMessage() + "\n" + SidecarSettings.USAGE);
        } catch (IOException e) {
            complain(String.valueOf(e.getMessage()));
        }
        // All work is done by daemon threads; only a signal ends this.
        new CountDownLatch(1).await();
    }

    private static void confine() throws IOException {
        Set<Capability> missing = Capabilities.missing(CONFINEMENT.needed());
        if (!missing.isEmpty()) {
            throw new IOException(
                    "virtual network machines cannot be made without "
                            + Confinement.names(missing)
                            + ": run the sidecar as user 0 with these, or ask for isolation"
                            + " Shared");
        }
        CONFINEMENT.enter();
    }

    private static void end(Sidecar sidecar) {
        try {
            sidecar.close();
        } catch (IOException e) {
            LOG.warn("the end was not clean", e);
        }
    }

    private static void complain(String why) {
        System.err.println("sidecar: " + why);
        System.exit(EXIT_SETTING);
    }
}
