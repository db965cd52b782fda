package storage.dispersive.pod.app;

import io.smallrye.config.ConfigValidationException;
import java.net.BindException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells failures of the HTTP server that a setting of ours causes from those that are bugs. */
final class StartFailure {

    private static final int MAX_CAUSES = 20;

    private StartFailure() {}

    /** What is wrong with the setting, in one line; empty if it is not a setting. */
    static Optional<String> ofHttpServer(Throwable failure) {
        @Nullable Throwable cause = failure;
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
            switch (cause) {
                case ConfigValidationException wrong -> {
                    return Optional.of(problems(wrong));
                }
                case BindException taken -> {
                    return Optional.of(String.valueOf(taken.getMessage()));
                }
                case UnknownHostException unknown -> {
                    return Optional.of("no address is known for " + unknown.getMessage());
                }
                case UnresolvedAddressException _ -> {
                    return Optional.of("no address is known for what was given");
                }
                default -> cause = cause.getCause();
            }
        }
        return Optional.empty();
    }

    private static String problems(ConfigValidationException wrong) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < wrong.getProblemCount(); i++) {
            all.add(wrong.getProblem(i).getMessage());
        }
        return String.join("; ", all).replaceAll("\\s+", " ");
    }
}
