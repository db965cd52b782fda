package storage.dispersive.operator.app;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import org.jspecify.annotations.Nullable;

/**
 * The operator's process. Ends with 143 by SIGTERM, {@value #BAD_SETTING} when a setting is wrong
 * and {@value #NO_CLUSTER} when the cluster is not as it must be, both with one line that says what
 * to do; and {@value #NOT_LEADING} when it does not lead any more, to be started again.
 */
@QuarkusMain
public final class DispersiveOperator {

    static final int FAULT = 1;
    static final int BAD_SETTING = 2;
    static final int NO_CLUSTER = 3;
    static final int NOT_LEADING = 4;

    private DispersiveOperator() {}

    public static void main(String... arguments) {
        // Must be set before anything logs, or the JDK's own log manager stays.
        System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
        Quarkus.run(OperatorApplication.class, DispersiveOperator::end, arguments);
    }

    /** Hears how Quarkus ended. */
    private static void end(int status, @Nullable Throwable failure) {
        if (failure == null) {
            System.exit(status);
            return;
        }
        System.err.println("operator: failed, which is a fault of its own");
        failure.printStackTrace();
        System.exit(FAULT);
    }
}
