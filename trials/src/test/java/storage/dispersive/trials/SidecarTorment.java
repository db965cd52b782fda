package storage.dispersive.trials;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import storage.dispersive.cli.lan.Lan;
import storage.dispersive.cli.san.LocalSan;
import storage.dispersive.cli.san.OwnedProcess;
import storage.dispersive.cli.san.UpRequest;

/**
 * Kills sidecars, and now and then a pod, in an order that follows from a seed, and has {@code up}
 * bring them back. A sidecar's death must cost no connection: the leases stay as they were.
 */
final class SidecarTorment implements AutoCloseable {

    private static final int MAX_PAUSE_MILLIS = 500;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final TriedVolume volume;
    private final FairShare fairShare;
    private final Random random;
    private final Journal journal;
    private final Map<Death, Integer> kills = new EnumMap<>(Death.class);
    private final CountDownLatch end = new CountDownLatch(1);
    private final Thread thread;
    private @Nullable Throwable failure;

    /** Who dies. */
    enum Death {
        SIDECAR_OF_THE_CLIENT,
        SIDECARS_OF_PODS,
        ALL_SIDECARS,
        POD,
        POD_AND_ITS_SIDECAR
    }

    SidecarTorment(TriedVolume volume, long seed, Journal journal) {
        this.volume = volume;
        this.fairShare = new FairShare(volume.local(), TriedVolume.NAME);
        this.random = new Random(seed);
        this.journal = journal;
        this.thread = Thread.ofPlatform().name("torment").unstarted(this::torment);
    }

    void start() {
        thread.start();
    }

    /** How often who died. To be asked after the end. */
    Map<Death, Integer> kills() {
        return Map.copyOf(kills);
    }

    /** To be asked after the end. */
    @Nullable Throwable failure() {
        return failure;
    }

    /** All kinds in turn, each time in another order, and each at least once. */
    private void torment() {
        List<Death> deaths = new ArrayList<>(List.of(Death.values()));
        try {
            do {
                Collections.shuffle(deaths, random);
                for (Death death : deaths) {
                    boolean ends =
                            end.await(random.nextInt(MAX_PAUSE_MILLIS), TimeUnit.MILLISECONDS);
                    if (ends && kills.containsKey(death)) {
                        return;
                    }
                    die(death);
                    kills.merge(death, 1, Integer::sum);
                }
            } while (end.getCount() > 0);
        } catch (InterruptedException | RuntimeException | IOException | AssertionError e) {
            failure = e;
            journal.note("the torment failed: " + e);
        }
    }

    private void die(Death death) throws IOException {
        awaitAllUp();
        Set<String> leases = leases();
        journal.note(death + " is next");
        switch (death) {
            case SIDECAR_OF_THE_CLIENT -> killSidecar(Lan.CLIENT);
            case SIDECARS_OF_PODS -> {
                killSidecar(anyPod());
                killSidecar(anyPod());
            }
            case ALL_SIDECARS -> volume.san().sidecars().forEach(OwnedProcess::kill);
            case POD -> {
                killAPod(anyPod());
                return;
            }
            case POD_AND_ITS_SIDECAR -> {
                String pod = anyPod();
                killSidecar(pod);
                killAPod(pod);
                return;
            }
        }
        up();
        awaitAllUp();
        if (!leases().equals(leases)) {
            throw new AssertionError(death + " changed the leases " + leases + " to " + leases());
        }
    }

    private String anyPod() {
        var pods = volume.local().record().pods();
        return pods.get(random.nextInt(pods.size())).name();
    }

    private void killSidecar(String host) {
        volume.san().sidecar(host).ifPresent(OwnedProcess::kill);
    }

    private void killAPod(String pod) {
        volume.local().killPod(pod);
        up();
        journal.note(pod + " is there again");
        fairShare.timeUntilFair(pod);
    }

    private void up() {
        LocalSan.up(volume.local().home(), UpRequest.USUAL, what -> journal.note(what));
    }

    private void awaitAllUp() {
        await().atMost(PATIENCE)
                .until(() ->
                        volume.report().portions().stream()
                                .allMatch(portion -> portion.state().equals("UP")));
    }

    private Set<String> leases() {
        return volume.san().leases(TriedVolume.NAME);
    }

    /** Ends the torment; all is back when this returns, unless that failed. */
    @Override
    public void close() throws IOException {
        end.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while all come back");
        }
    }
}
