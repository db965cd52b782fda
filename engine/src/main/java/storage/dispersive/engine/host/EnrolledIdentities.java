package storage.dispersive.engine.host;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import storage.dispersive.engine.description.DescriptionException;
import storage.dispersive.engine.description.VolumeDescription;
import storage.dispersive.enrolment.Credentials;
import storage.dispersive.enrolment.EnrolledVolume;
import storage.dispersive.enrolment.VolumeIdentities;
import storage.dispersive.enrolment.VolumeName;

/**
 * Identities from a service ({@code docs/identity.md}), which knows a volume by the name that its
 * description has: NAMESPACE/NAME.
 */
final class EnrolledIdentities implements Identities {

    /** Then the engine is started later, and others have the thread. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final VolumeIdentities service;

    EnrolledIdentities(VolumeIdentities service) {
        this.service = service;
    }

    @Override
    public void check(VolumeDescription volume) {
        var _ = nameOf(volume);
    }

    @Override
    public VolumeIdentity of(VolumeDescription volume) {
        return new FromService(service.open(nameOf(volume), volume.spec().id()));
    }

    private static VolumeName nameOf(VolumeDescription volume) {
        try {
            return VolumeName.parse(volume.name());
        } catch (IllegalArgumentException e) {
            throw new DescriptionException(
                    "the name of the volume is '" + volume.name() + "': " + e.getMessage(),
                    "name it as the identity service knows it, NAMESPACE/NAME",
                    e);
        }
    }

    private record FromService(EnrolledVolume volume) implements VolumeIdentity {

        @Override
        public Credentials credentials() {
            try {
                return volume.await(PATIENCE);
            } catch (IOException e) {
                throw new DescriptionException(
                        Objects.requireNonNullElse(e.getMessage(), "no identity"),
                        "see to it that the identity service answers",
                        e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new DescriptionException("the process ends", "start it again", e);
            }
        }

        @Override
        public void follow(Consumer<Credentials> next) {
            volume.follow(next);
        }

        @Override
        public void close() {
            volume.close();
        }
    }
}
