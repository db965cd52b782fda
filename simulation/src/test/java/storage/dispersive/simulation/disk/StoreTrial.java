package storage.dispersive.simulation.disk;

import static storage.dispersive.simulation.disk.StoreModel.check;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
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
import storage.dispersive.wire.PodRequest;

/** Random requests to one store that crashes at any point, compared with a {@link StoreModel}. */
final class StoreTrial {

    private static final VolumeId VOLUME = new VolumeId(1, 2);
    private static final long STRANGER_BIT = 1L << 40;

    private final long seed;
    private final Random random;
    private final TestLoop loop = new TestLoop();
    private final SimulatedDisk disk;
    private final Set<StoreRule> rules;
    private final StoreModel model = new StoreModel();
    private final StringBuilder trace = new StringBuilder();
    private PortionStore store;
    private Portions portions;
    private long nextSeq = 2;
    private long nextGeneration = 1;
    private int life;
    private int acknowledged;
    private final Map<PortionKey, RunId> firstSender = new HashMap<>();

    StoreTrial(long seed, Set<StoreRule> rules) throws StoreException {
        this.seed = seed;
        this.random = new Random(seed);
        this.disk = new SimulatedDisk(loop, random, 64 << 20);
        this.rules = rules;
        this.store = open();
        this.portions = new Portions(VOLUME, store.incarnation());
    }

    /** Returns how many appends were acknowledged, or throws what went wrong. */
    int run(int steps) throws StoreException {
        try {
            attach();
            for (int i = 0; i < steps; i++) {
                step();
            }
            crash();
            return acknowledged;
        } catch (AssertionError e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage() + "\n" + trace, e);
        }
    }

    private void step() throws StoreException {
        int dice = random.nextInt(1000);
        try {
            if (dice < 10) {
                stopIfStopped();
                disk.stopAfter(random.nextInt(30));
            } else if (dice < 20) {
                throw new SimulatedCrash("as the trial wants");
            } else if (dice < 700) {
                append();
            } else if (dice < 720) {
                fence(new Epoch(nextGeneration++, 1), new RunId(random.nextLong(), 1));
            } else if (dice < 735) {
                fence(model.fence(), new RunId(random.nextLong(), 1));
            } else if (dice < 745) {
                fence(model.fence(), model.run());
            } else if (dice < 770) {
                list();
            } else if (dice < 785) {
                delete();
            } else if (dice < 788) {
                forget();
            } else if (dice < 900) {
                for (int i = random.nextInt(20); i > 0; i--) {
                    loop.step();
                }
            } else {
                read();
            }
        } catch (SimulatedCrash e) {
            crash();
        }
    }

    /** Ends this life and begins the next, which must know all that this one vouched for. */
    private void crash() throws StoreException {
        life++;
        store.halt();
        while (true) {
            if (random.nextBoolean()) {
                disk.crash(random);
            } else {
                disk.kill();
            }
            note("crash");
            try {
                if (random.nextInt(4) == 0) {
                    disk.stopAfter(random.nextInt(20));
                }
                store = open();
                attach();
                disk.stopAfter(Long.MAX_VALUE / 2);
                return;
            } catch (SimulatedCrash e) {
                store.halt();
            }
        }
    }

    private void attach() {
        Epoch epoch = new Epoch(nextGeneration++, 1);
        check(store.incarnation().equals(portions.incarnation()), "another incarnation");
        ask(
                new PodRequest.Describe(VOLUME),
                reply -> {
                    PodReply.Description is = (PodReply.Description) reply;
                    if (is.presence() == PodReply.Presence.FOUNDED) {
                        model.described(is.fence());
                    } else {
                        check(model.vouched().isEmpty() || forgetting, "the volume is gone");
                        model.forgotten();
                    }
                });
        ask(new PodRequest.Found(VOLUME, 0, Portions.CODE), reply -> {});
        loop.runAll();
        fence(epoch, new RunId(epoch.generation(), 2));
        loop.runAll();
        stopIfStopped();
        forgetting = false;
        check(model.fence().equals(epoch), "no fence was possible", epoch);
        if (list()) {
            model.quiet();
        }
    }

    private boolean forgetting;

    private void append() {
        boolean again = random.nextInt(8) == 0 && !model.sent().isEmpty();
        PortionKey key;
        long segment;
        long content;
        if (again) {
            List<PortionKey> keys = new ArrayList<>(model.sent().keySet());
            keys.sort((a, b) -> Long.compare(a.seq(), b.seq()));
            key = keys.get(random.nextInt(keys.size()));
            segment = model.segmentOf(key);
            content = key.seq() + (random.nextInt(4) == 0 ? 100_000 : 0);
        } else {
            long back = random.nextInt(10) == 0 ? 1 : 0;
            long generation = Math.max(1, model.fence().generation() - back);
            key = new PortionKey(new Epoch(generation, 1), nextSeq++, 0, 0);
            segment = key.seq() / 24;
            content = key.seq();
        }
        boolean stranger = random.nextInt(50) == 0;
        Incarnation named =
                stranger
                        ? new Incarnation(store.incarnation().value() ^ STRANGER_BIT)
                        : store.incarnation();
        int blocks = key.seq() % 20 == 0 ? 3 : 1;
        RunId run =
                firstSender.computeIfAbsent(
                        key,
                        any -> key.epoch().equals(model.fence()) ? model.run() : new RunId(9, 9));
        long bytesSeed = content * 4 + blocks;
        Portions.Spec spec = new Portions.Spec(key.epoch(), run, key.seq(), 0, segment, blocks);
        ByteBuf portion = new Portions(VOLUME, named).data(spec, bytesSeed);
        model.sends(key, segment, sum(portion));
        long sum = sum(portion);
        Epoch fenceWhenSent = model.fence();
        note("append " + key + " to " + segment + " as " + sum);
        ask(
                new PodRequest.Append(VOLUME, named, portion),
                reply -> {
                    if (reply instanceof PodReply.Appended) {
                        note("appended " + key);
                        check(!stranger, "another incarnation's append", key);
                        model.acknowledged(key, run, sum, fenceWhenSent);
                        acknowledged++;
                    }
                });
    }

    /** Tells contents apart by all of the header, which has the sums of the payload. */
    private static long sum(ByteBuf portion) {
        PortionHeader header = PortionFormat.readHeader(portion.duplicate());
        return header.stripe().hashCode() * 31L + java.util.Arrays.hashCode(header.unitSums());
    }

    private void fence(Epoch epoch, RunId run) {
        note("fence " + epoch + " " + run);
        model.sendsFence(epoch);
        ask(
                new PodRequest.Fence(VOLUME, store.incarnation(), epoch, run),
                reply -> {
                    if (reply instanceof PodReply.Fenced) {
                        note("fenced " + epoch);
                        model.fenced(epoch, run);
                    }
                });
    }

    /** False if it was refused. */
    private boolean list() {
        Map<PortionKey, Long> found = new HashMap<>();
        long cursor = 0;
        Epoch epoch = model.fence();
        while (cursor != PodReply.Headers.END) {
            long[] next = {PodReply.Headers.END};
            boolean[] refused = {false};
            ask(
                    new PodRequest.ListHeaders(
                            VOLUME,
                            store.incarnation(),
                            epoch,
                            cursor,
                            PortionFormat.MAX_HEADER_BYTES),
                    reply -> {
                        if (reply instanceof PodReply.Headers page) {
                            check(page.damage() == PodReply.Damage.NONE, "damage");
                            collect(page.headers(), found);
                            next[0] = page.nextCursor();
                        } else {
                            refused[0] = true;
                        }
                    });
            if (refused[0]) {
                return false;
            }
            cursor = next[0];
        }
        note("listed " + found.size());
        model.listed(found, epoch);
        return true;
    }

    private static void collect(ByteBuf headers, Map<PortionKey, Long> found) {
        while (headers.isReadable()) {
            PortionHeader header = PortionFormat.readHeader(headers);
            long sum =
                    header.stripe().hashCode() * 31L + java.util.Arrays.hashCode(header.unitSums());
            check(found.put(header.key(), sum) == null, "listed twice", header.key());
        }
        headers.release();
    }

    private void read() {
        if (model.vouched().isEmpty()) {
            return;
        }
        List<PortionKey> keys = new ArrayList<>(model.vouched().keySet());
        keys.sort((a, b) -> Long.compare(a.seq(), b.seq()));
        PortionKey key = keys.get(random.nextInt(keys.size()));
        ask(
                new PodRequest.ReadUnits(VOLUME, store.incarnation(), model.fence(), key, 0, 1),
                reply -> {
                    if (reply instanceof PodReply.Units units) {
                        units.units().release();
                    } else {
                        PodReply.Refused why = (PodReply.Refused) reply;
                        check(
                                why.refusal() == storage.dispersive.wire.Refusal.FENCED
                                        || forgetting,
                                "cannot be read",
                                key,
                                why);
                    }
                });
    }

    private void delete() {
        long last = nextSeq / 24;
        List<Long> segments = List.of(Math.max(0, last - random.nextLong(3)));
        note("delete " + segments);
        // Appends that are under way to it may be acknowledged and deleted all the same.
        loop.runAll();
        model.deletes(segments);
        boolean[] deleted = {false};
        ask(
                new PodRequest.DeleteSegments(VOLUME, store.incarnation(), model.fence(), segments),
                reply -> deleted[0] = reply instanceof PodReply.Deleted);
        loop.runAll();
        stopIfStopped();
        if (deleted[0] && list()) {
            note("deleted");
            model.quiet();
        }
    }

    private void forget() {
        note("forget");
        loop.runAll();
        forgetting = true;
        ask(
                new PodRequest.Forget(VOLUME, store.incarnation(), model.fence()),
                reply -> {
                    if (reply instanceof PodReply.Forgotten) {
                        note("forgotten");
                        model.forgotten();
                        model.quiet();
                    }
                });
        loop.runAll();
        stopIfStopped();
        forgetting = false;
        attach();
    }

    /** A disk that has stopped says nothing; its machine is to crash now. */
    private void stopIfStopped() {
        if (disk.isStopped()) {
            throw new SimulatedCrash("the disk has stopped");
        }
    }

    private void ask(PodRequest request, Consumer<PodReply> listener) {
        int ofLife = life;
        boolean[] answered = {false};
        store.handle(
                request,
                reply -> {
                    check(!answered[0], "answered twice", request);
                    check(ofLife == life, "answered after its death", request);
                    answered[0] = true;
                    if (reply instanceof PodReply.Refused refused) {
                        note("refused " + refused);
                    }
                    listener.accept(reply);
                });
    }

    private PortionStore open() throws StoreException {
        StoreLimits limits = StoreLimits.SMALL.withSpareFiles(3);
        return PortionStore.openWithRules(
                disk, new PodIdentity("pod-0"), loop, limits, random, rules);
    }

    private void note(String what) {
        trace.append(what).append('\n');
        if (trace.length() > 20_000) {
            trace.delete(0, 10_000);
        }
    }
}
