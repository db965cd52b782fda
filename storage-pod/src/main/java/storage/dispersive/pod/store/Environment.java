package storage.dispersive.pod.store;

import io.netty.buffer.ByteBufAllocator;
import java.util.Set;
import java.util.random.RandomGenerator;
import storage.dispersive.loop.EventLoop;
import storage.dispersive.pod.disk.Disk;

/** What all parts of one store share. */
record Environment(
        Disk disk,
        EventLoop loop,
        StoreLimits limits,
        Set<StoreRule> rules,
        RandomGenerator random,
        ByteBufAllocator buffers,
        Staging staging,
        RecordReader reader,
        OpenFiles files,
        SpaceBudget space,
        SparePool spares,
        Backlog backlog,
        StoreLatch latch) {

    static Environment of(
            Disk disk,
            EventLoop loop,
            StoreLimits limits,
            Set<StoreRule> rules,
            RandomGenerator random) {
        StoreLatch latch = new StoreLatch();
        SpaceBudget space = new SpaceBudget(disk, loop, limits);
        return new Environment(
                disk,
                loop,
                limits,
                Set.copyOf(rules),
                random,
                ByteBufAllocator.DEFAULT,
                new Staging(),
                new RecordReader(rules.contains(StoreRule.USE_ID_ENDS_LOG)),
                new OpenFiles(disk, limits.maxOpenFiles()),
                space,
                new SparePool(disk, limits, space, latch),
                new Backlog(limits.maxUnsyncedBytes()),
                latch);
    }

    boolean enforces(StoreRule rule) {
        return rules.contains(rule);
    }
}
