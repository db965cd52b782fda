package storage.dispersive.vnet.sidecar;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.enrolment.Enrolment;
import storage.dispersive.enrolment.EnrolmentSettings;
import storage.dispersive.transport.TlsHandshake;
import storage.dispersive.transport.TlsIdentity;

/**
 * Who a sidecar is to the others: for good, from files, or as an identity service says, which is
 * asked again in time. Connections that are up know nothing of it.
 *
 * <p>Thread contract: any thread.
 */
final class SidecarIdentity implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(SidecarIdentity.class);

    private final AtomicReference<TlsIdentity> current;
    private final Optional<Enrolment> enrolment;

    private SidecarIdentity(TlsIdentity first, Optional<Enrolment> enrolment) {
        this.current = new AtomicReference<>(first);
        this.enrolment = enrolment;
    }

    /**
     * Waits until there is an identity.
     *
     * @throws IOException if it is not to be had with these settings; the message says why
     */
    static SidecarIdentity open(SidecarSettings.IdentitySource source) throws IOException {
        return switch (source) {
            case SidecarSettings.TlsFiles files ->
                    new SidecarIdentity(
                            TlsIdentity.load(files.certificate(), files.key(), files.authority()),
                            Optional.empty());
            case SidecarSettings.Enrolled enrolled -> enrol(enrolled.settings());
        };
    }

    private static SidecarIdentity enrol(EnrolmentSettings settings) throws IOException {
        LOG.info("enrols as {} at {}", settings.expected(), settings.endpoint());
        Enrolment enrolment;
        try {
            enrolment = Enrolment.begin(settings, logged -> {});
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while there was no identity", e);
        }
        SidecarIdentity identity =
                new SidecarIdentity(enrolment.credentials().tls(), Optional.of(enrolment));
        enrolment.follow(next -> identity.current.set(next.tls()));
        return identity;
    }

    /** Shows what it is now, each time. */
    TlsHandshake handshake() {
        return new TlsHandshake(current::get);
    }

    @Override
    public void close() {
        enrolment.ifPresent(Enrolment::close);
    }
}
