package storage.dispersive.mounter.process;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.linux.Capability;
import storage.dispersive.linux.Confinement;

/**
 * The mounter's process: the only one of a node that is privileged. It gives up what it does not
 * use of that before it begins, by starting itself again. Ends with SIGTERM; with 2 when a setting
 * or a right is missing, and one line that says which. What is mounted stays.
 */
public final class MounterMain {

    private static final Logger LOG = LoggerFactory.getLogger(MounterMain.class);

    private static final int EXIT_SETTING = 2;

    /**
     * Mounting and loop devices need the first. The others: to grow a mounted ext4, to reach
     * directories of the kubelet and of pods, to give the sockets to their group.
     */
    private static final Confinement CONFINEMENT =
            new Confinement(
                    Set.of(Capability.CAP_SYS_ADMIN),
                    Set.of(
                            Capability.CAP_SYS_RESOURCE,
                            Capability.CAP_DAC_OVERRIDE,
                            Capability.CAP_DAC_READ_SEARCH,
                            Capability.CAP_FOWNER,
                            Capability.CAP_CHOWN));

    private MounterMain() {}

    /**
     * Runs until it is told to end.
     *
     * @param arguments {@code KEY=VALUE}, see {@link MounterSettings#USAGE}
     */
    public static void main(String[] arguments) throws InterruptedException {
        try {
            MounterSettings settings = MounterSettings.parse(arguments);
            CONFINEMENT.enter();
            MounterProcess process = MounterProcess.start(settings);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(process), "shutdown"));
            LOG.info("the mounter serves at {}", settings.socket());
        } catch (IllegalArgumentException e) {
            complain(e.getMessage() + "\n" + MounterSettings.USAGE);
        } catch (IOException e) {
            complain(String.valueOf(e.getMessage()));
        }
        // All work is done by other threads; only a signal ends this.
        new CountDownLatch(1).await();
    }

    private static void end(MounterProcess process) {
        try {
            process.close();
        } catch (IOException e) {
            LOG.warn("the end was not clean", e);
        }
    }

    private static void complain(String why) {
        System.err.println("mounter: " + why);
        System.exit(EXIT_SETTING);
    }
}
