package storage.dispersive.pod.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import storage.dispersive.pod.disk.IoCompletion;
import storage.dispersive.portion.Epoch;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodReply.Refused;
import storage.dispersive.wire.PodRequest;
import storage.dispersive.wire.Refusal;

/** Answers fences: a fence counts at once, and is answered when it is durable and a barrier. */
final class FenceKeeper {

    static final int MAX_PENDING_FENCES = 64;

    private final Environment environment;

    FenceKeeper(Environment environment) {
        this.environment = environment;
    }

    void fence(Volume volume, PodRequest.Fence request, Consumer<PodReply> reply) {
        VolumeRecord record = volume.record();
        int order = request.epoch().compareTo(record.fence());
        if (order < 0) {
            reply.accept(Answers.fenced(record.fence(), "a higher epoch has fenced"));
            return;
        }
        if (order == 0
                && !request.run().equals(record.run())
                && environment.enforces(StoreRule.EQUAL_FENCE_ONLY_SAME_RUN)) {
            reply.accept(Answers.fenced(record.fence(), "this epoch is run " + record.run()));
            return;
        }
        if (volume.pendingFences() >= MAX_PENDING_FENCES) {
            reply.accept(Refused.because(Refusal.BUSY, "too many fences are under way"));
            return;
        }
        volume.addPendingFences(1);
        Barrier barrier = new Barrier(volume, request.epoch(), reply);
        VolumeRecord next = record.withFence(request.epoch(), request.run());
        if (!environment.enforces(StoreRule.FENCE_DURABLE)) {
            volume.state().changeInMemory(next);
        } else if (order == 0 && request.run().equals(record.run())) {
            volume.state().awaitDurable(barrier.part());
        } else {
            volume.state().change(next, barrier.part());
        }
        if (environment.enforces(StoreRule.FENCE_IS_A_BARRIER)) {
            for (SegmentFile file : volume.filesWithRetiring()) {
                file.commit().awaitOthers(barrier.part());
            }
        }
        barrier.close();
    }

    /** Waits for the end of all its parts. */
    private static final class Barrier {
        private final Volume volume;
        private final Epoch epoch;
        private final Consumer<PodReply> reply;
        private final List<IOException> failures = new ArrayList<>();
        private int open = 1;

        Barrier(Volume volume, Epoch epoch, Consumer<PodReply> reply) {
            this.volume = volume;
            this.epoch = epoch;
            this.reply = reply;
        }

        IoCompletion part() {
            open++;
            return new IoCompletion() {
                @Override
                public void done() {
                    close();
                }

                @Override
                public void failed(IOException cause) {
                    failures.add(cause);
                    close();
                }
            };
        }

        void close() {
            if (--open > 0) {
                return;
            }
            volume.addPendingFences(-1);
            Epoch standing = volume.record().fence();
            if (!failures.isEmpty()) {
                reply.accept(Answers.failed(failures.getFirst()));
            } else if (epoch.isBelow(standing)) {
                reply.accept(Answers.fenced(standing, "a higher epoch has fenced meanwhile"));
            } else {
                volume.setEstablished(epoch);
                reply.accept(new PodReply.Fenced());
            }
        }
    }
}
