package storage.dispersive.pod.app;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/**
 * The settings of a storage pod, as they were given: system properties {@code dispersive.pod.*} or
 * environment variables {@code DISPERSIVE_POD_*}. All are texts, so that {@link PodSettings} can
 * say what is wrong with one and what to do; the framework would only say that it does not convert.
 */
@ConfigMapping(prefix = "dispersive.pod")
interface PodConfiguration {

    /** What the pod is called; its store and its certificate carry the same name. */
    Optional<String> name();

    /** Where the store is; made if it is absent. */
    Optional<String> directory();

    /** The address that portions are served at; when isolated, administration alone. */
    @WithDefault("127.0.0.1")
    String address();

    /** The port there; 0 takes a free one. */
    @WithDefault("0")
    String port();

    /**
     * A file that is written, at once and whole, when the pod serves: {@code port=NUMBER} and
     * {@code http-port=NUMBER}, a line each.
     */
    Optional<String> portFile();

    /**
     * {@code isolated}: portions travel through virtual network machines, which a sidecar makes;
     * {@code shared}: over plain sockets.
     */
    @WithDefault("isolated")
    String isolation();

    /** The sidecar's Unix socket, when isolated. */
    Optional<String> vnetSocket();

    Tls tls();

    Enrolment enrolment();

    /** The size of a segment's file, such as 64MiB. */
    @WithDefault("64MiB")
    String segmentSize();

    /** What the store may take at most, such as 10GiB; else whatever the disk has. */
    Optional<String> capacity();

    /** The address of health and metrics. */
    @WithDefault("127.0.0.1")
    String httpAddress();

    /** The port there; 0 takes a free one. */
    @WithDefault("0")
    String httpPort();

    /** Who the pod is to others, and whom it believes; PEM files. */
    interface Tls {
        /** With the key; or the pod enrols. */
        Optional<String> certificate();

        Optional<String> key();

        /**
         * The certificates of the authorities that sign everybody's. A pod that enrols reads them
         * again and again.
         */
        Optional<String> authority();
    }

    /** Who gives the pod a certificate for a key that it makes itself, and renews it. */
    interface Enrolment {
        /** The identity service; https. */
        Optional<String> endpoint();

        /** A file with what shows the service who asks. */
        Optional<String> tokenFile();

        /** Where key and certificate are kept; made if it is absent. */
        Optional<String> directory();
    }
}
