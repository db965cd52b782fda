package storage.dispersive.enrolment;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.transport.PeerIdentity;

/**
 * The identities of all volumes that a process serves, from an identity service: each is got when
 * the volume is opened, renewed in time, and forgotten when it is closed. Keys are in memory only;
 * a process that starts again asks again.
 *
 * <p>Thread contract: any thread. However many volumes there are, they share a few threads, so only
 * as many questions are asked at once; these threads also call the followers.
 */
public final class VolumeIdentities implements AutoCloseable {

    /** The service is asked by all nodes at once when a cluster starts. */
    private static final int THREADS = 4;

    /** The authorities' file is read for all of them together. */
    private static final Duration REST = Enroller.LOOK.dividedBy(2);

    private final VolumeEnrolmentSettings settings;
    private final Enroller.Surroundings around;
    private final Pacer pacer;
    private final Runnable end;
    private final AuthorityFile authorities;

    VolumeIdentities(
            VolumeEnrolmentSettings settings,
            Enroller.Surroundings around,
            Pacer pacer,
            Runnable end) {
        this.settings = settings;
        this.around = around;
        this.pacer = pacer;
        this.end = end;
        this.authorities = new AuthorityFile(settings.authorityFile(), around.clock(), REST);
    }

    /** Asks for nothing yet, so nothing need be there. */
    public static VolumeIdentities start(VolumeEnrolmentSettings settings) {
        SecureRandom random = new SecureRandom();
        ScheduledThreadPoolExecutor threads =
                new ScheduledThreadPoolExecutor(
                        THREADS,
                        Thread.ofPlatform().name("volume-identity-", 0).daemon().factory(),
                        // What is planned while it ends is nobody's any more.
                        new ThreadPoolExecutor.DiscardPolicy());
        threads.setRemoveOnCancelPolicy(true);
        threads.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return new VolumeIdentities(
                settings,
                new Enroller.Surroundings(
                        new HttpsIdentityService(), Clock.systemUTC(), random, random),
                (wait, task) -> {
                    Future<?> planned =
                            threads.schedule(task, wait.toMillis(), TimeUnit.MILLISECONDS);
                    return () -> planned.cancel(true);
                },
                threads::shutdownNow);
    }

    /**
     * Begins to ask for the identity of a volume, which has to be attached to this node.
     *
     * @param id what the volume has to be; one of the same name that was made anew is another
     */
    public EnrolledVolume open(VolumeName name, VolumeId id) {
        Errand errand =
                new Errand(
                        settings.resource(name), settings.tokenFile(), new PeerIdentity.Volume(id));
        EnrolledVolume volume = new EnrolledVolume(name, errand, authorities, around, pacer);
        volume.begin();
        return volume;
    }

    /** Renews nothing any more. What was got stays good until it expires. */
    @Override
    public void close() {
        end.run();
    }
}
