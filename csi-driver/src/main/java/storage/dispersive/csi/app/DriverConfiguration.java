package storage.dispersive.csi.app;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/**
 * The settings of the driver, as they were given: environment variables {@code DISPERSIVE_CSI_*} or
 * system properties {@code dispersive.csi.*}. The chart's values become these. All are texts, so
 * that {@link DriverSettings} can say what is wrong with one.
 */
@ConfigMapping(prefix = "dispersive.csi")
interface DriverConfiguration {

    /** {@code controller} or {@code node}. */
    Optional<String> mode();

    /** The socket that sidecars, or the kubelet, call. */
    @WithDefault("/csi/csi.sock")
    String socket();

    /** How long calls may go on when the process is to end. */
    @WithDefault("20")
    String graceSeconds();

    Controller controller();

    Node node();

    /** Of the controller. */
    interface Controller {

        /** Where volumes are made, and pools are looked for. */
        Optional<String> namespace();

        /** How long a node may take to let go of a volume before it is fenced. */
        @WithDefault("10")
        String letGoSeconds();
    }

    /** Of a node. */
    interface Node {

        /** The Kubernetes node's name. */
        Optional<String> name();

        /** Where the kubelet looks for plugins; a socket in that directory. */
        @WithDefault("/registration/csi.dispersive.storage-reg.sock")
        String registrationSocket();

        /** Where the kubelet finds the driver's socket: as the node calls it. */
        @WithDefault("/var/lib/kubelet/plugins/csi.dispersive.storage/csi.sock")
        String kubeletSocket();

        /** Where the process is asked that serves disks. */
        @WithDefault("/run/dispersive/engine/control.sock")
        String engineSocket();

        /** Where the process is asked that mounts them. */
        @WithDefault("/run/dispersive/mounter/control.sock")
        String mounterSocket();

        /** Where the sidecar is asked, as the engine process finds it. */
        @WithDefault("/run/dispersive/vnet/control.sock")
        String sidecarSocket();

        /** A directory on the node's disk, for what is staged. */
        @WithDefault("/var/lib/dispersive/csi")
        String state();

        /** Where storage pods are asked without machines. */
        @WithDefault("7400")
        String administrationPort();

        /** Where their sidecars are asked. */
        @WithDefault("7410")
        String controlPort();

        /** How many volumes the node can have at a time. */
        @WithDefault("110")
        String mostVolumes();
    }
}
