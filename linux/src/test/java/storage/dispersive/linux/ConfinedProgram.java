package storage.dispersive.linux;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Becomes the program of its second and later arguments, with the capabilities of its first. */
final class ConfinedProgram {

    private ConfinedProgram() {}

    public static void main(String[] arguments) throws IOException {
        Set<Capability> keep = EnumSet.noneOf(Capability.class);
        for (String name : arguments[0].split(",", -1)) {
            if (!name.isEmpty()) {
                keep.add(Capability.valueOf(name));
            }
        }
        // The JDK's sockets are not close-on-exec.
        try (ServerSocketChannel socket = ServerSocketChannel.open().bind(null)) {
            List<String> command = Arrays.asList(arguments).subList(1, arguments.length);
            Capabilities.confine(keep, command);
            throw new IllegalStateException(socket + " should have gone, and this program too");
        }
    }
}
