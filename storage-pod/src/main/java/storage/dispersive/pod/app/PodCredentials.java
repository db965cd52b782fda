package storage.dispersive.pod.app;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.enrolment.Credentials;
import storage.dispersive.enrolment.Enrolment;
import storage.dispersive.enrolment.EnrolmentSettings;
import storage.dispersive.transport.TlsHandshake;
import storage.dispersive.transport.TlsIdentity;
import storage.dispersive.vnet.client.LeaseIssuer;

/**
 * Who the pod is to others: for good, from files, or as an identity service says, which is asked
 * again in time. Connections that are up know nothing of it.
 *
 * <p>Thread contract: any thread.
 */
final class PodCredentials implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PodCredentials.class);

    private final AtomicReference<TlsIdentity> current;
    private final Optional<LeaseIssuer> leases;
    private final Optional<Enrolment> enrolment;

    private PodCredentials(
            TlsIdentity first, Optional<LeaseIssuer> leases, Optional<Enrolment> enrolment) {
        this.current = new AtomicReference<>(first);
        this.leases = leases;
        this.enrolment = enrolment;
    }

    /**
     * Waits until there is an identity.
     *
     * @throws BadSettingException if it is not to be had with these settings
     */
    static PodCredentials open(PodSettings settings, PodStatus status) throws BadSettingException {
        return switch (settings.identity()) {
            case PodSettings.TlsFiles files ->
                    new PodCredentials(
                            identity(files),
                            settings.sidecar().isPresent()
                                    ? Optional.of(leases(files))
                                    : Optional.empty(),
                            Optional.empty());
            case PodSettings.Enrolled(EnrolmentSettings wanted) ->
                    enrol(wanted, settings.sidecar().isPresent(), status);
        };
    }

    private static PodCredentials enrol(
            EnrolmentSettings settings, boolean leases, PodStatus status)
            throws BadSettingException {
        LOG.info("Enrols as {} at {}", settings.expected(), settings.endpoint());
        status.enter(new PodCondition.Enrolling("the pod asks for its identity"));
        Enrolment enrolment;
        try {
            enrolment = Enrolment.begin(settings, status::enrolmentFailed);
        } catch (IOException e) {
            throw BadSettingException.unusable(
                    "the directory " + settings.directory(),
                    e,
                    "one that the pod can write to as dispersive.pod.enrolment.directory");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while there was no identity", e);
        }
        status.enter(new PodCondition.Opening());
        Credentials first = enrolment.credentials();
        PodCredentials credentials =
                new PodCredentials(
                        first.tls(),
                        leases
                                ? Optional.of(LeaseIssuer.of(first.own(), first.authorityPem()))
                                : Optional.empty(),
                        Optional.of(enrolment));
        enrolment.follow(credentials::become);
        return credentials;
    }

    private void become(Credentials next) {
        leases.ifPresent(issuer -> issuer.become(next.own(), next.authorityPem()));
        current.set(next.tls());
    }

    /** Shows what the pod is now, each time. */
    TlsHandshake handshake() {
        return new TlsHandshake(current::get);
    }

    /** What the pod shows under leases; only where portions travel through machines. */
    Optional<LeaseIssuer> leases() {
        return leases;
    }

    /** Has health and metrics tell when the certificate expires, if that changes. */
    void show(PodStatus status, MeterRegistry registry) {
        enrolment.ifPresent(it -> {
            Gauge.builder("dispersive.pod.identity.expiry", it, e -> e.expiry().getEpochSecond())
                    .baseUnit("seconds")
                    .description("When the pod's certificate expires, since 1970")
                    .register(registry);
            status.need(() ->
                    Instant.now().isBefore(it.expiry())
                            ? Optional.empty()
                            : Optional.of("the pod's certificate has expired"));
        });
    }

    private static LeaseIssuer leases(PodSettings.TlsFiles files) throws BadSettingException {
        try {
            return LeaseIssuer.load(files.certificate(), files.key(), files.authority());
        } catch (IOException e) {
            throw BadSettingException.unusable(
                    "the certificate and key of dispersive.pod.tls.*",
                    e,
                    "those of a pod, which may sign for its leases");
        }
    }

    private static TlsIdentity identity(PodSettings.TlsFiles files) throws BadSettingException {
        try {
            return TlsIdentity.load(files.certificate(), files.key(), files.authority());
        } catch (IOException e) {
            throw BadSettingException.unusable(
                    "the certificate, key and CA of dispersive.pod.tls.*",
                    e,
                    "PEM files that belong together, the key as unencrypted PKCS#8");
        }
    }

    @Override
    public void close() {
        enrolment.ifPresent(Enrolment::close);
    }
}
