package storage.dispersive.csi.app;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import org.jspecify.annotations.Nullable;

/**
 * The driver's process. Ends with 143 by SIGTERM, {@value #BAD_SETTING} when a setting is wrong and
 * {@value #NO_SOCKET} when a socket cannot be made, both with one line that says what to do.
 */
@QuarkusMain
public final class DispersiveCsi {

    static final int FAULT = 1;
    static final int BAD_SETTING = 2;
    static final int NO_SOCKET = 3;

    private DispersiveCsi() {}

    public static void main(String... arguments) {
        // Must be set before anything logs, or the JDK's own log manager stays.
        System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
        Quarkus.run(DriverApplication.class, DispersiveCsi::end, arguments);
    }

    /** Hears how Quarkus ended. */
    private static void end(int status, @Nullable Throwable failure) {
        if (failure == null) {
            System.exit(status);
            return;
        }
        System.err.println("csi: failed, which is a fault of its own");
        failure.printStackTrace();
        System.exit(FAULT);
    }
}
