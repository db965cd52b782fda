package storage.dispersive.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import storage.dispersive.engine.Isolation;
import storage.dispersive.engine.control.EngineAnswer;
import storage.dispersive.engine.control.EngineRequest;
import storage.dispersive.engine.control.VolumeState;
import storage.dispersive.linux.UserId;

/**
 * What a node pays for volumes that nobody uses, and how long it takes to serve them all again:
 * {@code -Dtrials.volumes=1,10,50} is after how many it is looked at, {@code -Dtrials.heap} the
 * heap of the engine process.
 */
class EngineMemoryIT {

    private static final String COUNTS = System.getProperty("trials.volumes", "1,6");
    private static final String HEAP = System.getProperty("trials.heap", "96m");
    private static final long SIZE_BYTES = 64L << 20;
    private static final long BASE_KIB = 250 << 10;
    private static final long VOLUME_KIB = 4 << 10;

    /** What the kernel and the process say of its memory. */
    private record Sight(int volumes, long residentKib, long anonymousKib, long threads) {}

    @Test
    void aVolumeThatNobodyUsesCostsLittle() throws Exception {
        Assumptions.assumeTrue(
                UserId.effective().isRoot() && Files.exists(Path.of("/dev/fuse")), "mounts");
        List<HostedDisk> disks = new ArrayList<>();
        List<Sight> sights = new ArrayList<>();
        try (TriedSan san = TriedSan.create()) {
            san.run("up", "--isolation", "shared", "--underlay", "loopback").orFail();
            try (NodePod pod = NodePod.start(san, "a", HEAP)) {
                pod.awaitServing();
                sights.add(look(pod, 0));
                for (int count :
                        Stream.of(COUNTS.split(",")).mapToInt(Integer::parseInt).toArray()) {
                    while (disks.size() < count) {
                        disks.add(
                                HostedDisk.serve(
                                        san,
                                        pod,
                                        "v" + disks.size(),
                                        Isolation.SHARED,
                                        SIZE_BYTES));
                    }
                    sights.add(look(pod, count));
                }
                takeUp(pod, disks);
            } finally {
                for (HostedDisk disk : disks) {
                    disk.close();
                }
            }
        }
        Sight first = sights.get(1);
        Sight last = sights.getLast();
        long each = (last.residentKib - first.residentKib) / (last.volumes - first.volumes);
        System.out.println("each volume more: " + each + " KiB");
        assertThat(first.residentKib).isLessThan(BASE_KIB);
        assertThat(each).isLessThan(VOLUME_KIB);
    }

    /** Kills the process, starts the next one, and tells how long volumes were not served. */
    private static void takeUp(NodePod pod, List<HostedDisk> disks) throws IOException {
        pod.engine().kill();
        long start = System.nanoTime();
        pod.startEngine();
        pod.awaitServing();
        long asked = millisSince(start);
        long first = 0;
        for (HostedDisk disk : disks) {
            assertThat(disk.awaitSettled(pod).state()).isEqualTo(VolumeState.SERVING);
            first = first == 0 ? millisSince(start) : first;
        }
        System.out.printf(
                "started again, and asked after %d ms; volume 0 was served after %d ms, all %d"
                        + " after %d ms, load %s%n",
                asked,
                first,
                disks.size(),
                millisSince(start),
                Files.readString(Path.of("/proc/loadavg")).strip());
    }

    private static long millisSince(long startNanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    }

    private static Sight look(NodePod pod, int volumes) throws IOException {
        Path status = Path.of("/proc", Long.toString(pod.engine().pid()), "status");
        Sight sight =
                new Sight(
                        volumes,
                        number(status, "VmRSS:"),
                        number(status, "RssAnon:"),
                        number(status, "Threads:"));
        String heap =
                pod.ask(new EngineRequest.Survey()) instanceof EngineAnswer.Surveyed surveyed
                        ? (surveyed.process().heapBytes() >> 10) + " KiB of its heap used"
                        : "";
        System.out.println(sight + ", " + heap);
        return sight;
    }

    private static long number(Path status, String field) throws IOException {
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith(field))
                .map(line -> line.substring(field.length()).replace("kB", "").strip())
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElseThrow();
    }
}
