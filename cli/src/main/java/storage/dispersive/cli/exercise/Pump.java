package storage.dispersive.cli.exercise;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import storage.dispersive.disk.DiskCompletion;
import storage.dispersive.disk.DiskError;
import storage.dispersive.disk.VirtualDisk;

/**
 * Keeps requests of a disk under way, as many as are allowed. Used by one thread, which hears all
 * ends; completions come on any.
 */
final class Pump {

    /** As long as this, what was held back by its pace waits before it is looked at again. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final VirtualDisk disk;
    private final BlockPlan plan;
    private final BlockLedger ledger;
    private final Hearer hearer;
    private final Deque<MemorySegment> buffers = new ArrayDeque<>();
    private final Set<Request> underWay = new HashSet<>();
    private final LinkedBlockingQueue<Request> ended = new LinkedBlockingQueue<>();
    private SecondCount count = new SecondCount(System.nanoTime());
    private boolean isHopeless;

    /** Hears what became of requests. */
    interface Hearer {
        void read(int number, MemorySegment block);

        void failed(Transfer transfer, String why);
    }

    Pump(VirtualDisk disk, BlockPlan plan, int depth, BlockLedger ledger, Hearer hearer) {
        this.disk = disk;
        this.plan = plan;
        this.ledger = ledger;
        this.hearer = hearer;
        for (int i = 0; i < depth; i++) {
            // Collected rather than closed: a disk that never answers may still use one.
            buffers.add(Arena.ofAuto().allocate(MixedTransfers.MOST_BYTES, NumberedBlock.BYTES));
        }
    }

    /** One request; the disk completes it. */
    private final class Request implements DiskCompletion {
        private final Transfer transfer;
        private final MemorySegment buffer;
        private final long startNanos = System.nanoTime();
        private volatile @Nullable DiskError error;

        Request(Transfer transfer, MemorySegment buffer) {
            this.transfer = transfer;
            this.buffer = buffer;
        }

        private MemorySegment bytes() {
            return buffer.asSlice(0, transfer.bytes());
        }

        private MemorySegment block(int index) {
            return buffer.asSlice((long) index * NumberedBlock.BYTES, NumberedBlock.BYTES);
        }

        @Override
        public void succeeded() {
            ended.add(this);
        }

        @Override
        public void failed(DiskError why) {
            error = why;
            ended.add(this);
        }
    }

    /** Until there is nothing more to do, and nothing under way. */
    void run(Transfers transfers, Consumer<Second> eachSecond) {
        count = new SecondCount(System.nanoTime());
        while (true) {
            while (mayBegin(transfers) && begin(transfers)) {}
            if (underWay.isEmpty() && (isHopeless || transfers.isOver())) {
                break;
            }
            await();
            tick(eachSecond);
        }
        if (!count.isEmpty()) {
            eachSecond.accept(count.take());
        }
    }

    private boolean mayBegin(Transfers transfers) {
        return !buffers.isEmpty() && !isHopeless && !transfers.isOver();
    }

    private boolean begin(Transfers transfers) {
        Optional<Transfer> next = transfers.next(System.nanoTime());
        if (next.isEmpty()) {
            return false;
        }
        Transfer transfer = next.get();
        Request request = new Request(transfer, buffers.removeFirst());
        underWay.add(request);
        long offset = plan.offset(transfer.first());
        switch (transfer.kind()) {
            case READ -> disk.read(offset, request.bytes(), request);
            case WRITE -> {
                for (int i = 0; i < transfer.count(); i++) {
                    ledger.next(transfer.first() + i).writeTo(request.block(i));
                }
                disk.write(offset, request.bytes(), request);
            }
        }
        return true;
    }

    private void await() {
        long nanos = Math.clamp(count.nanosLeft(System.nanoTime()), 0, LOOK_NANOS);
        try {
            Request first = ended.poll(nanos, TimeUnit.NANOSECONDS);
            for (Request request = first; request != null; request = ended.poll()) {
                end(request);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a disk was exercised", e);
        }
    }

    private void end(Request request) {
        Transfer transfer = request.transfer;
        DiskError error = request.error;
        long nanos = System.nanoTime() - request.startNanos;
        if (error != null) {
            count.failed(nanos);
            isHopeless |= error != DiskError.IO;
            hearer.failed(transfer, error.toString());
        } else {
            count.succeeded(transfer, nanos);
            for (int i = 0; i < transfer.count(); i++) {
                switch (transfer.kind()) {
                    case READ -> hearer.read(transfer.first() + i, request.block(i));
                    case WRITE -> ledger.acknowledged(transfer.first() + i);
                }
            }
        }
        ledger.release(transfer.first(), transfer.count());
        underWay.remove(request);
        buffers.add(request.buffer);
    }

    private void tick(Consumer<Second> eachSecond) {
        long now = System.nanoTime();
        if (count.nanosLeft(now) <= 0) {
            underWay.forEach(request -> count.waited(now - request.startNanos));
            eachSecond.accept(count.take());
        }
    }
}
