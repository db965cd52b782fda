package storage.dispersive.pod.app;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The storage pod's process. Ends with 143 by SIGTERM, {@value #BAD_SETTING} when a setting is
 * wrong and {@value #NO_STORE} when the store cannot be opened; the last two with one line that
 * says what to do.
 */
@QuarkusMain
public final class StoragePod {

    static final int FAULT = 1;
    static final int BAD_SETTING = 2;
    static final int NO_STORE = 3;

    private StoragePod() {}

    public static void main(String... arguments) {
        // Must be set before anything logs, or the JDK's own log manager stays.
        System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
        Quarkus.run(PodApplication.class, StoragePod::end, arguments);
    }

    /** Hears how Quarkus ended. */
    private static void end(int status, @Nullable Throwable failure) {
        if (failure == null) {
            System.exit(status);
            return;
        }
        Optional<String> setting = StartFailure.ofHttpServer(failure);
        if (setting.isPresent()) {
            System.err.println(
                    "storage pod: health and metrics cannot be served ("
                            + setting.get()
                            + "): give an address of this machine as dispersive.pod.http-address,"
                            + " and a port from 0 to 65535 that is free as"
                            + " dispersive.pod.http-port; 0 takes a free one");
            System.exit(BAD_SETTING);
        } else {
            System.err.println("storage pod: failed, which is a fault of its own");
            failure.printStackTrace();
            System.exit(FAULT);
        }
    }
}
