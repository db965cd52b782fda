package storage.dispersive.linux.keeper;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import storage.dispersive.linux.UserId;

/**
 * A process that is a {@link DescriptorKeeper} and nothing else, so that it lives longer and needs
 * less than the engine: run it with {@code -Xmx8m -Xss256k -XX:+UseSerialGC -XX:TieredStopAtLevel=1
 * -XX:ReservedCodeCacheSize=4m -Xshare:auto}. It prints {@code ready} when it listens and ends with
 * SIGTERM.
 */
public final class DescriptorKeeperMain {

    private static final int EXIT_USAGE = 2;
    private static final int EXIT_FAILED = 1;

    private DescriptorKeeperMain() {}

    /**
     * Serves until SIGTERM.
     *
     * @param arguments the path of the socket, then users that may use it besides root and this
     *     process's own
     */
    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length < 1) {
            System.err.println("usage: DescriptorKeeperMain SOCKET [UID...]");
            System.exit(EXIT_USAGE);
            return;
        }
        DescriptorKeeper keeper;
        try {
            Set<UserId> users =
                    Stream.of(arguments)
                            .skip(1)
                            .map(uid -> new UserId(Integer.parseInt(uid)))
                            .collect(Collectors.toUnmodifiableSet());
            keeper = DescriptorKeeper.start(Path.of(arguments[0]), users);
        } catch (IOException | IllegalArgumentException e) {
            System.err.println("cannot keep descriptors: " + e.getMessage());
            System.exit(EXIT_FAILED);
            return;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> closeQuietly(keeper)));
        System.out.println("ready");
        keeper.join();
    }

    private static void closeQuietly(DescriptorKeeper keeper) {
        try {
            keeper.close();
        } catch (IOException e) {
            System.err.println("cannot end cleanly: " + e.getMessage());
        }
    }
}
