package storage.dispersive.pod.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Tells whoever started the pod the ports that it got. There while the pod serves, and whole. */
record PortFile(Path file) {

    /** Clears away what an earlier life left, so that nobody takes its port for ours. */
    void clear() throws IOException {
        Files.deleteIfExists(file);
    }

    void write(int port, int httpPort) throws IOException {
        Path made = file.resolveSibling(file.getFileName() + ".new");
        String text = "port=" + port + "\nhttp-port=" + httpPort + "\n";
        Files.writeString(made, text, StandardCharsets.US_ASCII);
        Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
