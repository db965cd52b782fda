package storage.dispersive.csi.app;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import storage.dispersive.csi.controller.NodeName;
import storage.dispersive.csi.controller.ResourceVolumes;
import storage.dispersive.csi.controller.Sharing;
import storage.dispersive.csi.kubernetes.NodeResources;
import storage.dispersive.csi.socket.SocketServer;
import storage.dispersive.csi.volume.VolumeHandle;

/**
 * The settings of the driver, each within its range.
 *
 * @param place where it serves
 */
record DriverSettings(SocketServer.Place place, Mode mode) {

    private static final String PREFIX = "dispersive.csi.";
    private static final int MAX_SECONDS = 3600;
    private static final int MAX_NUMBER = 65_535;

    /** What the process is. */
    sealed interface Mode {}

    /** One for the cluster, beside the sidecars of Kubernetes. */
    record Controller(ResourceVolumes.Settings settings) implements Mode {}

    /**
     * One on each node.
     *
     * @param kubeletSocket the socket where it serves, as the kubelet calls it
     * @param state where it writes down what is staged
     * @param most volumes that the node can have at a time
     */
    record Node(
            NodeName name,
            Registration registration,
            Path kubeletSocket,
            Beside beside,
            State state,
            NodeResources.Ways ways,
            int most)
            implements Mode {}

    /** The processes beside this one, by their sockets. */
    record Beside(Engine engine, Mounter mounter) {

        record Engine(Path path) {}

        record Mounter(Path path) {}
    }

    /** A directory on the node's disk. */
    record State(Path path) {}

    /** Where the kubelet looks for drivers. */
    record Registration(Path socket) {}

    static DriverSettings of(DriverConfiguration given) throws BadSettingException {
        return new DriverSettings(
                new SocketServer.Place(
                        path("socket", given.socket()),
                        seconds("grace-seconds", given.graceSeconds())),
                mode(given));
    }

    private static Mode mode(DriverConfiguration given) throws BadSettingException {
        return switch (given.mode().orElse("")) {
            case "controller" -> controller(given.controller());
            case "node" -> node(given.node());
            default ->
                    throw new BadSettingException(
                            PREFIX + "mode", given.mode().orElse(""), "controller or node");
        };
    }

    private static Controller controller(DriverConfiguration.Controller given)
            throws BadSettingException {
        String namespace = given.namespace().orElse("");
        if (!VolumeHandle.isNamespace(namespace)) {
            throw new BadSettingException(
                    PREFIX + "controller.namespace",
                    namespace,
                    "the namespace in which volumes are to be made");
        }
        return new Controller(
                new ResourceVolumes.Settings(
                        namespace,
                        Sharing.ONE_NODE,
                        seconds("controller.let-go-seconds", given.letGoSeconds())));
    }

    private static Node node(DriverConfiguration.Node given) throws BadSettingException {
        Optional<String> name = given.name().filter(it -> !it.isEmpty());
        if (name.isEmpty()) {
            throw new BadSettingException(PREFIX + "node.name", "", "the Kubernetes node's name");
        }
        return new Node(
                new NodeName(name.get()),
                new Registration(path("node.registration-socket", given.registrationSocket())),
                path("node.kubelet-socket", given.kubeletSocket()),
                new Beside(
                        new Beside.Engine(path("node.engine-socket", given.engineSocket())),
                        new Beside.Mounter(path("node.mounter-socket", given.mounterSocket()))),
                new State(path("node.state", given.state())),
                new NodeResources.Ways(
                        path("node.sidecar-socket", given.sidecarSocket()).toString(),
                        new NodeResources.Ports(
                                number("node.administration-port", given.administrationPort()),
                                number("node.control-port", given.controlPort()))),
                number("node.most-volumes", given.mostVolumes()));
    }

    private static int number(String key, String text) throws BadSettingException {
        if (text.matches("[0-9]{1,5}") && Integer.parseInt(text) <= MAX_NUMBER) {
            return Integer.parseInt(text);
        }
        throw new BadSettingException(PREFIX + key, text, "a number from 0 to " + MAX_NUMBER);
    }

    private static Path path(String key, String text) throws BadSettingException {
        try {
            Path path = Path.of(text);
            if (path.isAbsolute() && path.getFileName() != null) {
                return path;
            }
        } catch (InvalidPathException e) {
            throw new BadSettingException(PREFIX + key, text, "an absolute path");
        }
        throw new BadSettingException(PREFIX + key, text, "an absolute path");
    }

    private static Duration seconds(String key, String text) throws BadSettingException {
        if (text.matches("[0-9]{1,4}") && Integer.parseInt(text) <= MAX_SECONDS) {
            return Duration.ofSeconds(Integer.parseInt(text));
        }
        throw new BadSettingException(
                PREFIX + key, text, "a number of seconds from 0 to " + MAX_SECONDS);
    }
}
