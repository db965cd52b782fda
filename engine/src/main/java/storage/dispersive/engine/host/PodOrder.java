package storage.dispersive.engine.host;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import storage.dispersive.durable.CheckedFile;

/**
 * In which order pods first came to this node, durably: volumes go from an older pod to a newer one
 * and never back, or a process of the old pod that is started again would take them with it into
 * that pod's end.
 */
final class PodOrder {

    /** More than ever live on a node at the same time. */
    private static final int MOST = 16;

    private final Path lock;
    private final CheckedFile file;
    private final CheckedFile holder;

    PodOrder(Path directory) {
        lock = directory.resolve("pods.lock");
        file = new CheckedFile(directory.resolve("pods"), "pods", 1);
        holder = new CheckedFile(directory.resolve("holder"), "holder", 1);
    }

    /** The pod is here; the last of all, if it was not before. */
    void arrive(String pod) throws IOException {
        try (FileChannel channel =
                        FileChannel.open(
                                lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = channel.lock()) {
            if (!held.isValid()) {
                throw new IOException("the lock was lost at once");
            }
            List<String> pods = new ArrayList<>(pods());
            if (!pods.contains(pod)) {
                pods.add(pod);
                int from = Math.max(0, pods.size() - MOST);
                file.replace(String.join("\n", pods.subList(from, pods.size())) + "\n");
            }
        }
    }

    /** Whether one came after the other. One that is forgotten came before all. */
    boolean isAfter(String later, String earlier) throws IOException {
        List<String> pods = pods();
        return pods.indexOf(later) > pods.indexOf(earlier);
    }

    /** Whose process has served the volumes last; empty if none has. */
    Optional<String> holder() throws IOException {
        return Files.exists(holder.path()) ? Optional.of(holder.read().strip()) : Optional.empty();
    }

    /** That of this pod serves them from now on; to be called by who has the lock. */
    void hold(String pod) throws IOException {
        holder.replace(pod + "\n");
    }

    private List<String> pods() throws IOException {
        return Files.exists(file.path()) ? file.read().lines().toList() : List.of();
    }
}
