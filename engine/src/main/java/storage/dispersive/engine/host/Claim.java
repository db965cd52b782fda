package storage.dispersive.engine.host;

import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.linux.keeper.DescriptorName;

/**
 * Whether a process is the one to serve when it finds that nobody does. When that of another pod
 * has ended, the descriptors are with the keepers of that pod, which will start it again: it gets
 * time for that. Used by one thread.
 */
final class Claim {

    /** Longer than a kubelet waits before it starts a container again that ended once. */
    static final long COME_BACK_SECONDS = 60;

    private static final Logger log = LoggerFactory.getLogger(Claim.class);
    private static final long NEVER = Long.MIN_VALUE;

    private final HostSettings settings;
    private final PodOrder pods;
    private final Keepers keepers;
    private final LongSupplier nanoTime;
    private long freeSince = NEVER;

    Claim(HostSettings settings, PodOrder pods, Keepers keepers) {
        this(settings, pods, keepers, System::nanoTime);
    }

    Claim(HostSettings settings, PodOrder pods, Keepers keepers, LongSupplier nanoTime) {
        this.settings = settings;
        this.pods = pods;
        this.keepers = keepers;
        this.nanoTime = nanoTime;
    }

    /** Another process has the lock. */
    void isServed() {
        freeSince = NEVER;
    }

    /**
     * With the lock.
     *
     * @param inherited what this process has got from another one
     */
    boolean mayServe(Set<DescriptorName> inherited) throws IOException {
        Optional<String> before = pods.holder();
        if (before.isEmpty() || before.get().equals(settings.pod())) {
            return true;
        }
        if (pods.isAfter(settings.pod(), before.get()) && lacking(inherited).isEmpty()) {
            return true;
        }
        long now = nanoTime.getAsLong();
        if (freeSince == NEVER) {
            log.info("the process of pod {} has ended; it gets time to come back", before.get());
            freeSince = now;
        }
        return now - freeSince > TimeUnit.SECONDS.toNanos(COME_BACK_SECONDS);
    }

    private Set<DescriptorName> lacking(Set<DescriptorName> inherited) throws IOException {
        Set<DescriptorName> lacking = new HashSet<>();
        for (Attachment each : new Attachments(settings.state()).all().readable()) {
            lacking.add(new DescriptorName(each.descriptor()));
        }
        lacking.removeAll(inherited);
        for (Keepers.Place place : Keepers.Place.values()) {
            lacking.removeAll(keepers.held(place).orElse(Set.of()));
        }
        return lacking;
    }
}
