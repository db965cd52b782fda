package storage.dispersive.pod.store;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import storage.dispersive.pod.disk.FileDisk;
import storage.dispersive.pod.rehearsal.Portions;
import storage.dispersive.portion.Epoch;
import storage.dispersive.portion.PortionFormat;
import storage.dispersive.portion.PortionHeader;
import storage.dispersive.portion.PortionKey;
import storage.dispersive.portion.RunId;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodRequest;

/** A store in a real directory, and questions to it that wait for their answers. */
final class StoreClient implements AutoCloseable {

    static final PodIdentity POD = new PodIdentity("pod-0");
    static final VolumeId VOLUME = new VolumeId(1, 2);
    static final Epoch EPOCH = new Epoch(5, 1);
    static final RunId RUN = new RunId(3, 4);

    private final ThreadLoop loop;
    private final PortionStore store;

    private StoreClient(ThreadLoop loop, PortionStore store) {
        this.loop = loop;
        this.store = store;
    }

    static StoreClient open(Path directory) throws Exception {
        return open(directory, POD, StoreLimits.SMALL.withSpareFiles(0), new Random());
    }

    static StoreClient open(
            Path directory, PodIdentity pod, StoreLimits limits, RandomGenerator random)
            throws Exception {
        ThreadLoop loop = new ThreadLoop();
        try {
            return new StoreClient(
                    loop,
                    PortionStore.open(new FileDisk(directory, loop), pod, loop, limits, random));
        } catch (StoreException e) {
            loop.close();
            throw e;
        }
    }

    /** With the volume founded and fenced. */
    static StoreClient attached(Path directory) throws Exception {
        StoreClient client = open(directory);
        client.ask(new PodRequest.Found(VOLUME, 0, Portions.CODE));
        client.ask(new PodRequest.Fence(VOLUME, client.store.incarnation(), EPOCH, RUN));
        return client;
    }

    PortionStore store() {
        return store;
    }

    Portions portions() {
        return new Portions(VOLUME, store.incarnation());
    }

    CompletableFuture<PodReply> send(PodRequest request) {
        CompletableFuture<PodReply> answer = new CompletableFuture<>();
        loop.execute(() -> store.handle(request, answer::complete));
        return answer;
    }

    PodReply ask(PodRequest request) throws Exception {
        return send(request).get(20, TimeUnit.SECONDS);
    }

    PodReply append(long seq, int blocks) throws Exception {
        return append(new Portions.Spec(EPOCH, RUN, seq, 0, 7, blocks), seq);
    }

    PodReply append(Portions.Spec spec, long seed) throws Exception {
        return ask(new PodRequest.Append(VOLUME, store.incarnation(), portions().data(spec, seed)));
    }

    PodReply fence(Epoch epoch, RunId run) throws Exception {
        return ask(new PodRequest.Fence(VOLUME, store.incarnation(), epoch, run));
    }

    PodReply read(long seq, int firstUnit, int units) throws Exception {
        PortionKey key = new PortionKey(EPOCH, seq, 0, 0);
        return ask(
                new PodRequest.ReadUnits(
                        VOLUME, store.incarnation(), EPOCH, key, firstUnit, units));
    }

    /** The bytes of some units, or null if they were refused. */
    byte[] bytes(long seq, int firstUnit, int units) throws Exception {
        PodReply reply = read(seq, firstUnit, units);
        if (reply instanceof PodReply.Units found) {
            byte[] bytes = ByteBufUtil.getBytes(found.units());
            found.units().release();
            return bytes;
        }
        return new byte[0];
    }

    /** What the whole list shows. */
    Listing list() throws Exception {
        List<PortionHeader> headers = new ArrayList<>();
        long cursor = 0;
        PodReply.Damage damage = PodReply.Damage.NONE;
        while (cursor != PodReply.Headers.END) {
            PodReply.Headers page =
                    (PodReply.Headers)
                            ask(
                                    new PodRequest.ListHeaders(
                                            VOLUME,
                                            store.incarnation(),
                                            EPOCH,
                                            cursor,
                                            PortionFormat.MAX_HEADER_BYTES));
            ByteBuf bytes = page.headers();
            while (bytes.isReadable()) {
                headers.add(PortionFormat.readHeader(bytes));
            }
            bytes.release();
            cursor = page.nextCursor();
            damage = page.damage();
        }
        return new Listing(headers.stream().map(h -> h.stripe().seq()).toList(), damage);
    }

    record Listing(List<Long> seqs, PodReply.Damage damage) {}

    @Override
    public void close() {
        loop.run(store::close);
        loop.close();
    }
}
