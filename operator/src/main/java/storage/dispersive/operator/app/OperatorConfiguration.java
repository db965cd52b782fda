package storage.dispersive.operator.app;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;
import storage.dispersive.operator.identity.NodePlugin;

/**
 * The settings of the operator, as they were given: environment variables {@code
 * DISPERSIVE_OPERATOR_*} or system properties {@code dispersive.operator.*}. The chart's values
 * become these. All are texts, so that {@link OperatorSettings} can say what is wrong with one.
 */
@ConfigMapping(prefix = "dispersive.operator")
interface OperatorConfiguration {

    /** Where the operator runs. */
    Optional<String> namespace();

    /** Its own pod, by which it is known to other replicas. */
    Optional<String> podName();

    /** Where storage pods may run: names, or {@code *}; its own namespace alone if empty. */
    Optional<List<String>> allowedNamespaces();

    Images images();

    Resources resources();

    Ports ports();

    /** The PriorityClass of storage pods. */
    Optional<String> priorityClass();

    Identity identity();

    /** Whether one of several replicas acts; without it there must be one. */
    @WithDefault("true")
    String leaderElection();

    /** Where programs are. */
    interface Images {
        Optional<String> storagePod();

        Optional<String> vnet();

        /** Always, IfNotPresent or Never. */
        @WithDefault("IfNotPresent")
        String pullPolicy();

        Optional<List<String>> pullSecrets();
    }

    /** What programs need: {@code requests} and {@code limits} in JSON, as in a pod. */
    interface Resources {
        @WithDefault("{}")
        String storagePod();

        @WithDefault("{}")
        String vnet();
    }

    /** Where storage pods are called. */
    interface Ports {
        @WithDefault("7400")
        String administration();

        @WithDefault("7410")
        String control();

        @WithDefault("7480")
        String http();

        /** UDP, as FIRST-LAST. */
        @WithDefault("20000-23999")
        String machines();
    }

    /** The service that gives storage pods their certificates. */
    interface Identity {
        /** Where storage pods find it; https. */
        Optional<String> endpoint();

        /** The names in its certificate. */
        Optional<List<String>> names();

        @WithDefault("8443")
        String port();

        /** Where cert-manager puts authorities; without it the operator makes them. */
        Optional<String> issuerSecret();

        /** How long certificates are good. */
        @WithDefault("24")
        String certificateHours();

        /** Whether pods must be as their StatefulSet or DaemonSet makes them. */
        @WithDefault("true")
        String comparesTemplates();

        /** The DaemonSet in the operator's namespace whose pods serve volumes. */
        @WithDefault(NodePlugin.USUAL_NAME)
        String nodeDaemonSet();

        /** How long certificates of volumes are good. */
        @WithDefault("60")
        String volumeCertificateMinutes();
    }
}
