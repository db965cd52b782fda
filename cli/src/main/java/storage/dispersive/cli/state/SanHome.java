package storage.dispersive.cli.state;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import storage.dispersive.durable.FileFailure;

/**
 * The directory that a local SAN lives in, and where everything is in it. Only its owner may enter.
 *
 * <p>{@code docs/local-san.md} describes it for readers.
 */
public record SanHome(Path root) {

    /** Names the directory; unset, it is {@code ~/.local/state/dispersive}. */
    public static final String VARIABLE = "DISPERSIVE_HOME";

    /** {@code sockaddr_un} has room for 108 bytes, the last of which is zero. */
    private static final int MAX_SOCKET_PATH_BYTES = 107;

    public SanHome {
        root = root.toAbsolutePath().normalize();
    }

    public static SanHome fromEnvironment(Map<String, String> environment) {
        String named = environment.getOrDefault(VARIABLE, "");
        if (!named.isEmpty()) {
            return new SanHome(Path.of(named));
        }
        String home = environment.getOrDefault("HOME", "");
        if (home.isEmpty()) {
            throw SanException.failed(
                    "neither " + VARIABLE + " nor HOME is set",
                    "set " + VARIABLE + " to a directory that this program may make");
        }
        return new SanHome(Path.of(home, ".local", "state", "dispersive"));
    }

    public Path record() {
        return root.resolve("san.json");
    }

    public Path lock() {
        return root.resolve("lock");
    }

    public Path identities() {
        return root.resolve("identities");
    }

    public Path pods() {
        return root.resolve("pods");
    }

    public Path volumes() {
        return root.resolve("volumes");
    }

    Path volumesLock() {
        return volumes().resolve(".lock");
    }

    public Path volume(String name) {
        return volumes().resolve(name);
    }

    Path volumeRecord(String name) {
        return volume(name).resolve("record.json");
    }

    /** Every attachment has a directory of its own, so that a fenced engine can be looked at. */
    public Path engine(String volume, long generation) {
        return volume(volume).resolve("engine-" + generation);
    }

    public Path runNumber() {
        return root.resolve("node").resolve("run");
    }

    public Path pod(String name) {
        return pods().resolve(name);
    }

    public Path hosts() {
        return root.resolve("hosts");
    }

    /** Of one host of an isolated SAN: its network namespace and its sidecar. */
    public Path host(String name) {
        return hosts().resolve(name);
    }

    /** Where the sidecar of a host is called by the processes beside it. */
    public Path sidecarSocket(String host) {
        return socket(host(host).resolve("vnet.sock"));
    }

    /** Where the sidecar of a host holds descriptors for the engines beside it. */
    public Path sidecarKeeper(String host) {
        return socket(host(host).resolve("keeper.sock"));
    }

    public boolean exists() {
        return Files.exists(record());
    }

    /** Makes the directory and those that are always in it. */
    public void create() {
        directory(root);
        directory(identities());
        directory(pods());
        directory(volumes());
        directory(root.resolve("node"));
    }

    /** Makes {@code path}, for its owner alone; its parents as they come. */
    public static void directory(Path path) {
        try {
            if (path.getParent() != null) {
                Files.createDirectories(path.getParent());
            }
            Files.createDirectory(
                    path,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(path)) {
                throw SanException.failed(
                        path + " is not a directory", "move it away, or set " + VARIABLE);
            }
        } catch (IOException e) {
            throw SanException.failed(
                    path + " cannot be made: " + FileFailure.reason(e),
                    "name a directory that you may write, or set " + VARIABLE,
                    e);
        }
    }

    /** Refuses a path that no Unix socket can be bound to. */
    public static Path socket(Path path) {
        int bytes = path.toString().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_SOCKET_PATH_BYTES) {
            throw SanException.failed(
                    path + " is too long for a socket: " + bytes + " bytes, at most 107",
                    "set " + VARIABLE + " to a shorter directory, such as /run/dispersive");
        }
        return path;
    }
}
