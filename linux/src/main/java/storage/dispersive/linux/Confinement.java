package storage.dispersive.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a program go on with no more capabilities than it uses: it starts itself again without the
 * others ({@link Capabilities#confine}), once.
 *
 * @param needed without these it cannot work
 * @param useful kept where they are there
 */
public record Confinement(Set<Capability> needed, Set<Capability> useful) {

    private static final Logger LOG = LoggerFactory.getLogger(Confinement.class);

    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

    /** Says that the program was started again, so that it does not do so for ever. */
    private static final String CONFINED = "dispersive.confined";

    public Confinement {
        needed = Set.copyOf(needed);
        useful = Set.copyOf(useful);
    }

    /**
     * Returns when nothing is left to give up; does not return when there is. To be called while
     * the program is young.
     *
     * @throws IOException if a capability is missing, or others cannot be given up
     */
    public void enter() throws IOException {
        Set<Capability> missing = Capabilities.missing(needed);
        if (!missing.isEmpty()) {
            throw new IOException("this cannot work without " + names(missing));
        }
        Set<Capability> kept = EnumSet.noneOf(Capability.class);
        kept.addAll(needed);
        kept.addAll(useful);
        Set<Capability> surplus = EnumSet.noneOf(Capability.class);
        surplus.addAll(Capabilities.effective());
        surplus.removeAll(kept);
        if (surplus.isEmpty()) {
            return;
        }
        if (Boolean.getBoolean(CONFINED)) {
            throw new IOException("this program cannot give up " + names(surplus));
        }
        LOG.info("gives up {}", names(surplus));
        Capabilities.confine(kept, command());
    }

    /** This process's own command line, whole (the JDK knows its first 4096 bytes), with a mark. */
    private static List<String> command() throws IOException {
        String line = Files.readString(COMMAND_LINE, StandardCharsets.UTF_8);
        List<String> command = new ArrayList<>(List.of(line.split("\0")));
        command.set(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add(1, "-D" + CONFINED + "=true");
        return command;
    }

    /** For a sentence; in the order of their numbers. */
    public static String names(Set<Capability> capabilities) {
        return capabilities.stream().sorted().map(Enum::name).collect(Collectors.joining(", "));
    }
}
