package storage.dispersive.simulation.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import storage.dispersive.pod.rehearsal.Portions;
import storage.dispersive.pod.store.PodIdentity;
import storage.dispersive.pod.store.PortionStore;
import storage.dispersive.pod.store.StoreException;
import storage.dispersive.pod.store.StoreLimits;
import storage.dispersive.portion.Epoch;
import storage.dispersive.portion.PortionFormat;
import storage.dispersive.portion.PortionHeader;
import storage.dispersive.portion.PortionKey;
import storage.dispersive.portion.RunId;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodRequest;
import storage.dispersive.wire.Refusal;

/** Flips one bit of each byte of each file of a small store. */
class StoreRotTest {

    private static final VolumeId VOLUME = new VolumeId(1, 2);
    private static final Epoch EPOCH = new Epoch(1, 1);
    private static final RunId RUN = new RunId(3, 4);
    private static final int PORTIONS = 3;
    private static final long SEED = Long.getLong("store.seed", 7);

    private TestLoop loop = new TestLoop();
    private SimulatedDisk disk = new SimulatedDisk(loop, new Random(1), 1 << 20);
    private int noticed;

    @Test
    void findsEveryFlipOrIsNotHurtByIt() throws Exception {
        Random random = new Random(SEED);
        fill();
        List<String> names = disk.list();
        assertThat(names).hasSize(3);
        for (String name : names) {
            fill();
            long size = disk.sizeBytes(name);
            for (long at = 0; at < size; at++) {
                long bit = at * 8 + random.nextInt(8);
                fill();
                disk.flip(name, bit);
                try {
                    check();
                } catch (AssertionError | RuntimeException e) {
                    throw new AssertionError(
                            "seed " + SEED + ", " + name + ", bit " + bit + ": " + e, e);
                }
            }
        }
        // Nearly all of the bytes are payload, headers or sums.
        assertThat(noticed).isGreaterThan(PortionFormat.UNIT_BYTES);
    }

    /** Only one has a payload, which is most of what there is to flip. */
    private static int blocksOf(long seq) {
        return seq == 3 ? 1 : 0;
    }

    private void fill() throws Exception {
        loop = new TestLoop();
        disk = new SimulatedDisk(loop, new Random(1), 1 << 20);
        PortionStore store = open();
        Portions portions = new Portions(VOLUME, store.incarnation());
        ask(store, new PodRequest.Found(VOLUME, 0, Portions.CODE));
        ask(store, new PodRequest.Fence(VOLUME, store.incarnation(), EPOCH, RUN));
        for (int seq = 2; seq < 2 + PORTIONS; seq++) {
            Portions.Spec spec = new Portions.Spec(EPOCH, RUN, seq, 0, 7, blocksOf(seq));
            ByteBuf portion = portions.data(spec, seq);
            assertThat(ask(store, new PodRequest.Append(VOLUME, store.incarnation(), portion)))
                    .isEqualTo(new PodReply.Appended());
        }
        store.halt();
        disk.kill();
    }

    private void check() {
        PortionStore store;
        try {
            store = open();
        } catch (StoreException e) {
            assertThat(e.reason()).isEqualTo(StoreException.Reason.DAMAGED);
            noticed++;
            return;
        }
        PodReply fenced = ask(store, new PodRequest.Fence(VOLUME, store.incarnation(), EPOCH, RUN));
        if (fenced instanceof PodReply.Refused refused) {
            assertThat(refused.refusal()).isEqualTo(Refusal.CORRUPT);
            noticed++;
            return;
        }
        boolean allRead = true;
        for (int seq = 2; seq < 2 + PORTIONS; seq++) {
            allRead &= reads(store, seq);
        }
        PodReply.Headers list =
                (PodReply.Headers)
                        ask(
                                store,
                                new PodRequest.ListHeaders(
                                        VOLUME, store.incarnation(), EPOCH, 0, 1 << 20));
        int listed = 0;
        while (list.headers().isReadable()) {
            PortionHeader header = PortionFormat.readHeader(list.headers());
            assertThat(header.stripe().seq()).isBetween(2L, 1L + PORTIONS);
            listed++;
        }
        list.headers().release();
        if (list.damage() == PodReply.Damage.NONE) {
            assertThat(listed).isEqualTo(PORTIONS);
        }
        if (list.damage() == PodReply.Damage.SOME || !allRead) {
            noticed++;
        }
    }

    /** False if it was said to be damaged; fails if the bytes are wrong. */
    private boolean reads(PortionStore store, long seq) {
        if (blocksOf(seq) == 0) {
            return true;
        }
        PortionKey key = new PortionKey(EPOCH, seq, 0, 0);
        PodReply reply =
                ask(store, new PodRequest.ReadUnits(VOLUME, store.incarnation(), EPOCH, key, 0, 1));
        if (reply instanceof PodReply.Units units) {
            assertThat(ByteBufUtil.getBytes(units.units())).isEqualTo(Portions.payload(seq, 1));
            units.units().release();
            return true;
        }
        assertThat(((PodReply.Refused) reply).refusal()).isIn(Refusal.CORRUPT, Refusal.NOT_FOUND);
        return false;
    }

    private PortionStore open() throws StoreException {
        return PortionStore.open(
                disk,
                new PodIdentity("pod-0"),
                loop,
                StoreLimits.SMALL.withSpareFiles(0),
                new Random(3));
    }

    private PodReply ask(PortionStore store, PodRequest request) {
        List<PodReply> replies = new ArrayList<>();
        store.handle(request, replies::add);
        loop.runAll();
        assertThat(replies).hasSize(1);
        return replies.getFirst();
    }
}
