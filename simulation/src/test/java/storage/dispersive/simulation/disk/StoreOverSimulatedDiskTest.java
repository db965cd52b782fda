package storage.dispersive.simulation.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import storage.dispersive.pod.rehearsal.Portions;
import storage.dispersive.pod.store.PodIdentity;
import storage.dispersive.pod.store.PortionStore;
import storage.dispersive.pod.store.StoreLimits;
import storage.dispersive.portion.Epoch;
import storage.dispersive.portion.RunId;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodRequest;

class StoreOverSimulatedDiskTest {

    private static final VolumeId VOLUME = new VolumeId(1, 2);
    private static final Epoch EPOCH = new Epoch(1, 1);
    private static final RunId RUN = new RunId(3, 4);

    private final TestLoop loop = new TestLoop();
    private final SimulatedDisk disk = new SimulatedDisk(loop, new Random(1), 16 << 20);

    @Test
    void keepsWhatItAcknowledgedOverACrash() throws Exception {
        PortionStore store = open();
        Portions portions = new Portions(VOLUME, store.incarnation());
        assertThat(ask(store, new PodRequest.Found(VOLUME, 0, Portions.CODE)))
                .containsExactly(new PodReply.Founded(store.incarnation()));
        assertThat(ask(store, new PodRequest.Fence(VOLUME, store.incarnation(), EPOCH, RUN)))
                .containsExactly(new PodReply.Fenced());
        for (int seq = 1; seq <= 40; seq++) {
            Portions.Spec spec = new Portions.Spec(EPOCH, RUN, seq, 0, 7, 1);
            assertThat(
                            ask(
                                    store,
                                    new PodRequest.Append(
                                            VOLUME, store.incarnation(), portions.data(spec, seq))))
                    .containsExactly(new PodReply.Appended());
        }
        store.halt();
        disk.crash(new Random(2));

        PortionStore again = open();
        assertThat(again.incarnation()).isEqualTo(store.incarnation());
        PodReply described = ask(again, new PodRequest.Describe(VOLUME)).getFirst();
        assertThat(((PodReply.Description) described).portions()).isEqualTo(40);
        assertThat(((PodReply.Description) described).fence()).isEqualTo(EPOCH);
    }

    private PortionStore open() throws Exception {
        return PortionStore.open(
                disk, new PodIdentity("pod-0"), loop, StoreLimits.SMALL, new Random(3));
    }

    private List<PodReply> ask(PortionStore store, PodRequest request) {
        List<PodReply> replies = new ArrayList<>();
        store.handle(request, replies::add);
        loop.runAll();
        return replies;
    }
}
