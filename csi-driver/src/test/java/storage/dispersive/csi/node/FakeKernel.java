package storage.dispersive.csi.node;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import storage.dispersive.mounter.Access;
import storage.dispersive.mounter.FileSystemType;
import storage.dispersive.mounter.Survey.Form;
import storage.dispersive.mounter.VolumeKey;

/**
 * Connections, loop devices and mounts of a node, in memory: what {@link FakeMounter} changes and
 * {@link FakeEngines} serve. One thread at a time.
 */
final class FakeKernel {

    private final Map<VolumeKey, Connection> connections = new TreeMap<>();
    private final List<Layer> layers = new ArrayList<>();

    /** Directories and files that publishing made. */
    final Set<Path> targets = new HashSet<>();

    /** Where somebody has files open. */
    final Set<Path> busy = new HashSet<>();

    /** Whose device is open in a container that nobody sees. */
    final Set<VolumeKey> held = new HashSet<>();

    private int loops;

    /** A FUSE connection, mounted until it is replaced or taken away. */
    static final class Connection {
        boolean isAlive = true;
        boolean isMounted = true;
        boolean isKept = true;

        /** 0 while there is no loop device. */
        int loop;

        long loopBytes;
    }

    /**
     * Something that is mounted.
     *
     * @param of null if it is somebody else's
     * @param type null of a raw device
     */
    record Layer(
            Path path,
            @Nullable VolumeKey key,
            @Nullable Connection of,
            Access access,
            @Nullable FileSystemType type,
            List<String> options) {

        Form form() {
            return type == null ? Form.BLOCK : Form.FILE_SYSTEM;
        }

        boolean isStale() {
            return of != null && !of.isAlive;
        }
    }

    Optional<Connection> connection(VolumeKey key) {
        return Optional.ofNullable(connections.get(key));
    }

    /** For an engine to fetch. */
    Optional<Connection> kept(VolumeKey key) {
        return connection(key).filter(it -> it.isAlive && it.isKept);
    }

    void connect(VolumeKey key) {
        connections.put(key, new Connection());
    }

    int nextLoop() {
        return ++loops;
    }

    /** Ends it, with all that is mounted on it. */
    void disconnect(VolumeKey key) {
        Connection connection = connections.remove(key);
        if (connection != null) {
            connection.isAlive = false;
            connection.isMounted = false;
            layers.removeIf(it -> it.of == connection);
        }
    }

    /** Its descriptors are gone, and what is mounted on it stays. */
    void kill(VolumeKey key) {
        connection(key).ifPresent(it -> it.isAlive = false);
    }

    List<Layer> layers() {
        return List.copyOf(layers);
    }

    List<Layer> layersOf(Connection connection) {
        return layers.stream().filter(it -> it.of == connection).toList();
    }

    Optional<Layer> top(Path path) {
        return layers.stream().filter(it -> it.path.equals(path)).reduce((_, last) -> last);
    }

    void mount(Layer layer) {
        layers.add(layer);
    }

    /** Takes the topmost away. */
    void unmount(Layer layer) {
        layers.remove(layers.lastIndexOf(layer));
    }

    /** A mount of somebody else. */
    void mountForeign(Path path) {
        mount(new Layer(path, null, null, Access.READ_WRITE, FileSystemType.XFS, List.of()));
    }

    void reboot() {
        List.copyOf(connections.keySet()).forEach(this::disconnect);
        layers.clear();
        busy.clear();
        held.clear();
    }

    /** What can still write to a volume, or shows it. */
    List<String> leftOf(VolumeKey key) {
        List<String> left = new ArrayList<>();
        connection(key).ifPresent(it -> left.add("a connection of " + key));
        layers.stream()
                .filter(it -> key.equals(it.key))
                .forEach(it -> left.add("a mount of " + key + " at " + it.path));
        return left;
    }
}
