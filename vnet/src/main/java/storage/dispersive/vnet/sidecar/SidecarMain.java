package storage.dispersive.vnet.sidecar;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.linux.Capabilities;
import storage.dispersive.linux.Capability;

/**
 * The sidecar's process. It needs two capabilities, and gives all others up before it begins: it
 * starts itself again without them. Ends with SIGTERM; with 2 when a setting or a right is missing,
 * and one line that says which.
 */
public final class SidecarMain {

    private static final Logger LOG = LoggerFactory.getLogger(SidecarMain.class);

    private static final Set<Capability> NEEDED =
            EnumSet.of(Capability.CAP_NET_ADMIN, Capability.CAP_SYS_ADMIN);

    private static final int EXIT_SETTING = 2;

    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

    /** Says that the program was started again, so that it does not do so for ever. */
    private static final String CONFINED = "dispersive.vnet.confined";

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
                    names(Capabilities.effective()));
        } catch (IllegalArgumentException e) {
            complain(e.getMessage() + "\n" + SidecarSettings.USAGE);
        } catch (IOException e) {
            complain(String.valueOf(e.getMessage()));
        }
        // All work is done by daemon threads; only a signal ends this.
        new CountDownLatch(1).await();
    }

    private static void confine() throws IOException {
        Set<Capability> missing = Capabilities.missing(NEEDED);
        if (!missing.isEmpty()) {
            throw new IOException(
                    "virtual network machines cannot be made without "
                            + names(missing)
                            + ": run the sidecar as user 0 with these, or ask for isolation"
                            + " Shared");
        }
        Set<Capability> surplus = EnumSet.copyOf(Capabilities.effective());
        surplus.removeAll(NEEDED);
        if (surplus.isEmpty()) {
            return;
        }
        if (Boolean.getBoolean(CONFINED)) {
            throw new IOException("the sidecar cannot give up " + names(surplus));
        }
        LOG.info("gives up {}", names(surplus));
        Capabilities.confine(NEEDED, command());
    }

    /** This process's own command line, whole (the JDK knows its first 4096 bytes), with a mark. */
    private static List<String> command() throws IOException {
        String line = Files.readString(COMMAND_LINE, StandardCharsets.UTF_8);
        List<String> command = new ArrayList<>(List.of(line.split("\0")));
        command.set(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add(1, "-D" + CONFINED + "=true");
        return command;
    }

    private static String names(Set<Capability> capabilities) {
        return capabilities.stream().map(Enum::name).collect(Collectors.joining(", "));
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
