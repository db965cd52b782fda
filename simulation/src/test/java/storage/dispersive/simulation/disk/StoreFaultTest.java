package storage.dispersive.simulation.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import storage.dispersive.pod.rehearsal.Portions;
import storage.dispersive.pod.store.PodIdentity;
import storage.dispersive.pod.store.PortionStore;
import storage.dispersive.pod.store.StoreException;
import storage.dispersive.pod.store.StoreLimits;
import storage.dispersive.pod.store.StoreRule;
import storage.dispersive.portion.Epoch;
import storage.dispersive.portion.Incarnation;
import storage.dispersive.portion.PortionFormat;
import storage.dispersive.portion.PortionHeader;
import storage.dispersive.portion.PortionKey;
import storage.dispersive.portion.RunId;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodReply.Refused;
import storage.dispersive.wire.PodRequest;
import storage.dispersive.wire.Refusal;

class StoreFaultTest {

    private static final VolumeId VOLUME = new VolumeId(1, 2);
    private static final Epoch EPOCH = new Epoch(5, 1);
    private static final RunId RUN = new RunId(3, 4);
    private static final long FIRST_RECORD_BYTE = 512;
    private static final StoreLimits LIMITS = StoreLimits.SMALL.withSpareFiles(0);

    private final TestLoop loop = new TestLoop();
    private SimulatedDisk disk = new SimulatedDisk(loop, new Random(1), 16 << 20);

    @Test
    void closesItselfForGoodWhenASyncFails() throws Exception {
        PortionStore store = attached(LIMITS);
        disk.faults().failSyncs(1);
        assertThat(append(store, 2)).isEqualTo(Refusal.STORE_CLOSED);
        assertThat(store.isClosed()).isTrue();
        assertThat(append(store, 3)).isEqualTo(Refusal.STORE_CLOSED);
        assertThat(refusal(ask(store, new PodRequest.Describe(VOLUME))))
                .isEqualTo(Refusal.STORE_CLOSED);
    }

    @Test
    void closesItselfForGoodWhenAWriteFails() throws Exception {
        PortionStore store = attached(LIMITS);
        disk.faults().failWrites(1);
        assertThat(append(store, 2)).isEqualTo(Refusal.STORE_CLOSED);
        assertThat(append(store, 3)).isEqualTo(Refusal.STORE_CLOSED);
    }

    @Test
    void goesOnWhenAReadFails() throws Exception {
        PortionStore store = attached(LIMITS);
        assertThat(append(store, 2)).isNull();
        disk.faults().failReads(1);
        assertThat(read(store, 2)).isEqualTo(Refusal.CORRUPT);
        assertThat(read(store, 2)).isNull();
    }

    @Test
    void answersNoSpaceAndStaysReadableAndAttachable() throws Exception {
        PortionStore store = attached(LIMITS.withCapacity(256 << 10, 64 << 10));
        int seq = 2;
        while (append(store, seq) == null) {
            seq++;
        }
        assertThat(seq).isBetween(30, 50);
        assertThat(append(store, seq)).isEqualTo(Refusal.NO_SPACE);
        assertThat(read(store, seq - 1)).isNull();

        Epoch next = new Epoch(6, 1);
        assertThat(ask(store, new PodRequest.Fence(VOLUME, store.incarnation(), next, RUN)))
                .isEqualTo(new PodReply.Fenced());
        assertThat(
                        ask(
                                store,
                                new PodRequest.Append(
                                        VOLUME,
                                        store.incarnation(),
                                        portions(store).start(next, RUN, 8))))
                .isEqualTo(new PodReply.Appended());
    }

    @Test
    void survivesADiskThatIsFullAllTheSame() throws Exception {
        PortionStore store = attached(LIMITS.withCapacity(Long.MAX_VALUE, 0));
        assertThat(append(store, 2)).isNull();
        // Behind the back of the budget, which asks only now and then.
        ask(store, new PodRequest.Describe(VOLUME));
        disk.setCapacityBytes(disk.sizeBytes(segmentFile()) + 3000);
        assertThat(append(store, 3)).isEqualTo(Refusal.NO_SPACE);
        disk.setCapacityBytes(16 << 20);
        loop.schedule(1000, () -> {});
        loop.runAll();
        assertThat(append(store, 4)).isNull();
        store.halt();
        disk.crash(new Random(5));
        store = open(LIMITS, StoreRule.all());
        assertThat(listed(store)).containsExactly(2L, 4L);
    }

    /** Others have filled the disk, behind the back of the budget, while the store keeps spares. */
    @Test
    void givesUpSparesForAFenceAndForAppendsWhenTheDiskIsFull() throws Exception {
        PortionStore store = attached(StoreLimits.SMALL);
        assertThat(append(store, 2)).isNull();
        fillDisk();
        assertThat(spareFiles()).isOne();
        Epoch next = new Epoch(6, 1);
        assertThat(ask(store, new PodRequest.Fence(VOLUME, store.incarnation(), next, RUN)))
                .isEqualTo(new PodReply.Fenced());
        assertThat(spareFiles()).isZero();

        disk.setCapacityBytes(16 << 20);
        Portions.Spec inANewFile = new Portions.Spec(next, RUN, 3, 0, 8, 1);
        assertThat(append(store, inANewFile)).isNull();
        assertThat(spareFiles()).isOne();
        ask(store, new PodRequest.Describe(VOLUME));
        fillDisk();
        assertThat(append(store, new Portions.Spec(next, RUN, 4, 0, 8, 14))).isNull();
        assertThat(spareFiles()).isZero();
        fillDisk();
        assertThat(append(store, new Portions.Spec(next, RUN, 5, 0, 8, 14)))
                .isEqualTo(Refusal.NO_SPACE);
    }

    private void fillDisk() throws Exception {
        long used = 0;
        for (String name : disk.list()) {
            used += disk.sizeBytes(name);
        }
        disk.setCapacityBytes(used);
    }

    private long spareFiles() {
        return disk.list().stream().filter(name -> name.startsWith("spare-")).count();
    }

    @Test
    void isBusyWhileTooMuchIsOnItsWay() throws Exception {
        PortionStore store =
                attached(new StoreLimits(64 << 10, 0, Long.MAX_VALUE, 0, 4, 4, 16 << 10));
        List<PodReply> replies = new ArrayList<>();
        for (int seq = 2; seq < 8; seq++) {
            store.handle(appendRequest(store, seq), replies::add);
        }
        assertThat(replies).extracting(StoreFaultTest::refusal).containsOnly(Refusal.BUSY);
        loop.runAll();
        assertThat(replies).hasSize(6).contains(new PodReply.Appended());
        assertThat(append(store, 9)).isNull();
    }

    /** Power is lost before the mark, then again right after the store was opened. */
    @Test
    void knowsRotFromATornWriteAlsoAfterASecondPowerLoss() throws Exception {
        PortionStore store = attached(LIMITS);
        List<PodReply> replies = new ArrayList<>();
        store.handle(appendRequest(store, 2), replies::add);
        while (replies.isEmpty()) {
            loop.step();
        }
        assertThat(replies).containsExactly(new PodReply.Appended());
        for (int loss = 0; loss < 2; loss++) {
            losePower(store);
            store = open(LIMITS, StoreRule.all());
        }
        losePower(store);
        disk.flip(segmentFile(), FIRST_RECORD_BYTE * Byte.SIZE);
        store = open(LIMITS, StoreRule.all());
        PodReply.Headers list = list(store);
        list.headers().release();
        assertThat(list.damage()).isEqualTo(PodReply.Damage.SOME);
    }

    /** A process that is killed leaves renames behind that are seen, and not yet durable. */
    @Test
    void keepsWhatItAcknowledgedInAFileThatAKilledProcessHadNamed() throws Exception {
        int lives = 0;
        for (long operations = 0; lives < 2; operations++) {
            disk = new SimulatedDisk(loop, new Random(1), 16 << 20);
            PortionStore store = attached(LIMITS);
            List<PodReply> replies = new ArrayList<>();
            disk.stopAfter(operations);
            try {
                store.handle(appendRequest(store, 2), replies::add);
                loop.runAll();
            } catch (SimulatedCrash e) {
                // Stopped, as it should be.
            }
            lives += replies.isEmpty() ? 0 : 1;
            store.halt();
            loop.clear();
            disk.kill();
            store = open(LIMITS, StoreRule.all());
            ask(store, new PodRequest.Fence(VOLUME, store.incarnation(), EPOCH, RUN));
            assertThat(append(store, 3)).isNull();
            losePower(store);
            assertThat(listed(open(LIMITS, StoreRule.all())))
                    .as("after %d operations", operations)
                    .contains(3L);
        }
    }

    /** A file of several windows, of which a later one cannot be read. */
    @Test
    void makesDurableWhatItListsOfAFileThatCannotBeReadEverywhere() throws Exception {
        StoreLimits limits = new StoreLimits(1 << 20, 1, Long.MAX_VALUE, 64 << 10, 16, 8, 16 << 20);
        int damaged = 0;
        for (int good = 0; good < 10; good++) {
            disk = new SimulatedDisk(loop, new Random(1), 16 << 20);
            PortionStore store = attached(limits);
            assertThat(append(store, 2)).isNull();
            store.handle(appendRequest(store, 3), _ -> {});
            store.halt();
            loop.clear();
            disk.kill();
            disk.faults().failReadsAfter(good, 1);
            try {
                store = open(limits, StoreRule.all());
            } catch (StoreException e) {
                continue;
            }
            disk.faults().failReads(0);
            ask(store, new PodRequest.Fence(VOLUME, store.incarnation(), EPOCH, RUN));
            PodReply.Headers list = list(store);
            list.headers().release();
            damaged += list.damage() == PodReply.Damage.SOME ? 1 : 0;
            List<Long> before = listed(store);
            losePower(store);
            assertThat(listed(open(limits, StoreRule.all())))
                    .as("after %d good reads", good)
                    .containsAll(before);
        }
        assertThat(damaged).isPositive();
    }

    @Test
    void asksAWriterToFenceFirst() throws Exception {
        PortionStore store = attached(LIMITS);
        Portions.Spec above = new Portions.Spec(new Epoch(6, 1), RUN, 2, 0, 7, 1);
        Portions.Spec below = new Portions.Spec(new Epoch(4, 1), RUN, 2, 0, 7, 1);
        Portions.Spec other = new Portions.Spec(EPOCH, new RunId(9, 9), 2, 0, 7, 1);
        assertThat(append(store, above)).isEqualTo(Refusal.INVALID);
        assertThat(append(store, below)).isEqualTo(Refusal.FENCED);
        assertThat(append(store, other)).isEqualTo(Refusal.FENCED);
    }

    @Test
    void refusesWhatIsMeantForAnotherLife() throws Exception {
        PortionStore store = attached(LIMITS);
        Incarnation old = new Incarnation(store.incarnation().value() ^ 1);
        assertThat(refusal(ask(store, new PodRequest.Fence(VOLUME, old, EPOCH, RUN))))
                .isEqualTo(Refusal.OTHER_INCARNATION);
        Portions.Spec spec = new Portions.Spec(EPOCH, RUN, 2, 0, 7, 1);
        assertThat(
                        refusal(
                                ask(
                                        store,
                                        new PodRequest.Append(
                                                VOLUME,
                                                store.incarnation(),
                                                new Portions(VOLUME, old).data(spec, 2)))))
                .isEqualTo(Refusal.OTHER_INCARNATION);
    }

    @Test
    void endsTheLogWhereAnotherUseOfTheFileBegins() throws Exception {
        assertThat(listedAfterRecycling(StoreRule.all())).containsExactly(20L, 21L);
    }

    @Test
    void wouldReviveADeletedSegmentWithoutUseIds() throws Exception {
        assertThat(listedAfterRecycling(StoreRule.allBut(StoreRule.USE_ID_ENDS_LOG)))
                .isNotEqualTo(List.of(20L, 21L));
    }

    /** A file is filled, deleted, used again in part; then the process dies. */
    private List<Long> listedAfterRecycling(Set<StoreRule> rules) throws Exception {
        PortionStore store = open(StoreLimits.SMALL, rules);
        attach(store);
        for (int seq = 2; seq <= 10; seq++) {
            Portions.Spec spec = new Portions.Spec(EPOCH, RUN, seq, 0, 1, 1);
            assertThat(append(store, spec)).isNull();
        }
        // The first round takes the spare of zeros, the second the file that came back.
        for (int segment = 1; segment < 3; segment++) {
            ask(
                    store,
                    new PodRequest.DeleteSegments(
                            VOLUME, store.incarnation(), EPOCH, List.of((long) segment)));
            for (int seq = 20; seq <= 21; seq++) {
                Portions.Spec spec = new Portions.Spec(EPOCH, RUN, seq, 0, segment + 1, 1);
                append(store, spec);
            }
        }
        store.halt();
        disk.kill();
        return listed(open(StoreLimits.SMALL, rules));
    }

    private PortionStore attached(StoreLimits limits) throws Exception {
        PortionStore store = open(limits, StoreRule.all());
        attach(store);
        return store;
    }

    private void attach(PortionStore store) {
        ask(store, new PodRequest.Found(VOLUME, 0, Portions.CODE));
        ask(store, new PodRequest.Fence(VOLUME, store.incarnation(), EPOCH, RUN));
    }

    private PortionStore open(StoreLimits limits, Set<StoreRule> rules) throws Exception {
        return PortionStore.openWithRules(
                disk, new PodIdentity("pod-0"), loop, limits, new Random(3), rules);
    }

    private static Portions portions(PortionStore store) {
        return new Portions(VOLUME, store.incarnation());
    }

    private static PodRequest appendRequest(PortionStore store, long seq) {
        return new PodRequest.Append(
                VOLUME,
                store.incarnation(),
                portions(store).data(new Portions.Spec(EPOCH, RUN, seq, 0, 7, 1), seq));
    }

    private @Nullable Refusal append(PortionStore store, long seq) {
        return refusal(ask(store, appendRequest(store, seq)));
    }

    private @Nullable Refusal append(PortionStore store, Portions.Spec spec) {
        return refusal(
                ask(
                        store,
                        new PodRequest.Append(
                                VOLUME,
                                store.incarnation(),
                                portions(store).data(spec, spec.seq()))));
    }

    private @Nullable Refusal read(PortionStore store, long seq) {
        PodReply reply =
                ask(
                        store,
                        new PodRequest.ReadUnits(
                                VOLUME,
                                store.incarnation(),
                                EPOCH,
                                new PortionKey(EPOCH, seq, 0, 0),
                                0,
                                1));
        if (reply instanceof PodReply.Units units) {
            units.units().release();
        }
        return refusal(reply);
    }

    /** Whatever was not synced is gone. */
    private void losePower(PortionStore store) {
        store.halt();
        disk.crash(() -> Long.MIN_VALUE);
    }

    private PodReply.Headers list(PortionStore store) {
        PodRequest request =
                new PodRequest.ListHeaders(VOLUME, store.incarnation(), EPOCH, 0, 1 << 20);
        return (PodReply.Headers) ask(store, request);
    }

    private List<Long> listed(PortionStore store) {
        PodReply.Headers list = list(store);
        List<Long> seqs = new ArrayList<>();
        while (list.headers().isReadable()) {
            PortionHeader header = PortionFormat.readHeader(list.headers());
            seqs.add(header.stripe().seq());
        }
        list.headers().release();
        return seqs;
    }

    private String segmentFile() {
        return disk.list().stream().filter(n -> n.endsWith(".segment")).findFirst().orElseThrow();
    }

    private PodReply ask(PortionStore store, PodRequest request) {
        List<PodReply> replies = new ArrayList<>();
        store.handle(request, replies::add);
        loop.runAll();
        assertThat(replies).hasSize(1);
        return replies.getFirst();
    }

    /** The reason of a refusal; null for anything else. */
    private static @Nullable Refusal refusal(PodReply reply) {
        return reply instanceof Refused refused ? refused.refusal() : null;
    }
}
