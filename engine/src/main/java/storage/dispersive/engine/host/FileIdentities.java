package storage.dispersive.engine.host;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.engine.description.DescriptionException;
import storage.dispersive.engine.description.IdentityFiles;
import storage.dispersive.engine.description.VolumeDescription;
import storage.dispersive.enrolment.Credentials;

/**
 * Identities in files that descriptions name. Somebody else renews them there, so they are looked
 * at every minute. What cannot be read then is logged once, and the old identity stays.
 */
final class FileIdentities implements Identities {

    private static final Logger log = LoggerFactory.getLogger(FileIdentities.class);
    private static final long LOOK_SECONDS = 60;

    private final ScheduledExecutorService clock;
    private final long lookMillis;

    FileIdentities(ScheduledExecutorService clock) {
        this(clock, TimeUnit.SECONDS.toMillis(LOOK_SECONDS));
    }

    FileIdentities(ScheduledExecutorService clock, long lookMillis) {
        this.clock = clock;
        this.lookMillis = lookMillis;
    }

    @Override
    public void check(VolumeDescription volume) {
        var _ = volume.identityFiles().credentials();
    }

    @Override
    public VolumeIdentity of(VolumeDescription volume) {
        return new InFiles(volume.identityFiles());
    }

    private final class InFiles implements VolumeIdentity {

        private final IdentityFiles files;
        private @Nullable Credentials last;
        private @Nullable String trouble;
        private @Nullable ScheduledFuture<?> looking;

        InFiles(IdentityFiles files) {
            this.files = files;
        }

        @Override
        public synchronized Credentials credentials() {
            Credentials read = files.credentials();
            last = read;
            return read;
        }

        @Override
        public synchronized void follow(Consumer<Credentials> next) {
            looking =
                    clock.scheduleWithFixedDelay(
                            () -> look(next), lookMillis, lookMillis, TimeUnit.MILLISECONDS);
        }

        private synchronized void look(Consumer<Credentials> next) {
            try {
                Credentials before = last;
                Credentials now = files.credentials();
                last = now;
                trouble = null;
                if (!now.equals(before)) {
                    next.accept(now);
                    log.info("{} was renewed", files.certificate());
                }
            } catch (DescriptionException e) {
                if (!e.getMessage().equals(trouble)) {
                    log.warn("the identity stays as it was: {}", e.getMessage());
                }
                trouble = e.getMessage();
            } catch (RuntimeException e) {
                log.error("{} is not looked after well", files.certificate(), e);
            }
        }

        @Override
        public synchronized void close() {
            ScheduledFuture<?> task = looking;
            if (task != null) {
                task.cancel(false);
            }
        }
    }
}
