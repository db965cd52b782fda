package storage.dispersive.mounter.process;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The mounter's process: the only one of a node that is privileged. Ends with SIGTERM; with 2 when
 * a setting or a right is missing, and one line that says which. What is mounted stays.
 */
public final class MounterMain {

    private static final Logger LOG = LoggerFactory.getLogger(MounterMain.class);

    private static final int EXIT_SETTING = 2;

    private MounterMain() {}

    /**
     * Runs until it is told to end.
     *
     * @param arguments {@code KEY=VALUE}, see {@link MounterSettings#USAGE}
     */
    public static void main(String[] arguments) throws InterruptedException {
        try {
            MounterSettings settings = MounterSettings.parse(arguments);
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
