package storage.dispersive.pod.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import storage.dispersive.pod.disk.IoCompletion;
import storage.dispersive.pod.store.SparePool.Spare;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodRequest;

/**
 * Deletes segments and volumes. A file leaves only when nobody waits for its sync, and is used
 * again only when its going is durable; a volume's own file goes first, by a rename that survives,
 * so that a half-deleted volume is never taken for a damaged one.
 */
final class Retirement {

    static final String FORGOTTEN_SUFFIX = ".forgotten";

    private final Environment environment;

    Retirement(Environment environment) {
        this.environment = environment;
    }

    void deleteSegments(
            Volume volume, PodRequest.DeleteSegments request, Consumer<PodReply> reply) {
        List<SegmentFile> doomed = new ArrayList<>();
        for (long segment : request.segments()) {
            doomed.addAll(volume.removeSegment(segment));
        }
        whenQuiet(
                doomed,
                reply,
                () -> {
                    List<Spare> spares = new ArrayList<>();
                    for (SegmentFile file : doomed) {
                        remove(file, spares);
                        volume.retired(file);
                    }
                    syncDirectory(
                            reply,
                            () -> {
                                addSpares(spares);
                                reply.accept(new PodReply.Deleted());
                            });
                });
    }

    /** Deletes all of a volume that no request reaches any more. */
    void forget(Volume volume, Consumer<PodReply> reply, Runnable gone) {
        List<SegmentFile> files = volume.filesWithRetiring();
        VolumeId id = volume.id();
        volume.state()
                .awaitDurable(
                        Answers.when(
                                reply,
                                () -> whenQuiet(files, reply, () -> bury(id, files, reply, gone))));
    }

    private void bury(VolumeId id, List<SegmentFile> files, Consumer<PodReply> reply, Runnable gone)
            throws IOException {
        String tombstone = id + FORGOTTEN_SUFFIX;
        environment.disk().rename(VolumeState.fileName(id), tombstone);
        syncDirectory(
                reply,
                () -> {
                    List<Spare> spares = new ArrayList<>();
                    for (SegmentFile file : files) {
                        remove(file, spares);
                    }
                    deleteRemains(environment, id);
                    syncDirectory(
                            reply,
                            () -> {
                                addSpares(spares);
                                environment.disk().delete(tombstone);
                                syncDirectory(
                                        reply,
                                        () -> {
                                            gone.run();
                                            reply.accept(new PodReply.Forgotten());
                                        });
                            });
                });
    }

    /** Deletes the files of a volume that the store could not use, or had not come to. */
    static void deleteRemains(Environment environment, VolumeId id) throws IOException {
        for (String name : environment.disk().list()) {
            if (name.startsWith(id + "-") && name.endsWith(SegmentHeader.SUFFIX)) {
                environment.disk().delete(name);
            }
        }
    }

    private void remove(SegmentFile file, List<Spare> spares) throws IOException {
        file.retire();
        String name = file.fileName();
        if (environment.spares().hasRoomFor(file.allocatedBytes())) {
            Spare spare = new Spare(environment.spares().newName(), file.allocatedBytes());
            environment.disk().rename(name, spare.name());
            spares.add(spare);
        } else {
            environment.disk().delete(name);
            environment.space().giveBack(file.allocatedBytes());
        }
    }

    private void addSpares(List<Spare> spares) throws IOException {
        for (Spare spare : spares) {
            environment.spares().add(spare);
        }
    }

    private void whenQuiet(List<SegmentFile> files, Consumer<PodReply> reply, Step next) {
        Countdown countdown = new Countdown(files.size() + 1, then(reply, next));
        for (SegmentFile file : files) {
            file.commit().awaitOthers(countdown);
        }
        countdown.done();
    }

    private void syncDirectory(Consumer<PodReply> reply, Step next) {
        environment.disk().syncDirectory(then(reply, next));
    }

    private interface Step {
        void run() throws IOException;
    }

    private IoCompletion then(Consumer<PodReply> reply, Step next) {
        return new IoCompletion() {
            @Override
            public void done() {
                IOException cause = environment.latch().cause();
                if (cause != null) {
                    failed(cause);
                    return;
                }
                try {
                    next.run();
                } catch (IOException e) {
                    failed(e);
                }
            }

            @Override
            public void failed(IOException cause) {
                environment.latch().fall(cause);
                reply.accept(Answers.failed(cause));
            }
        };
    }

    /** Done when all are done; failed once, when the first failed. */
    private static final class Countdown implements IoCompletion {
        private final IoCompletion whole;
        private int open;
        private boolean failed;

        Countdown(int parts, IoCompletion whole) {
            this.open = parts;
            this.whole = whole;
        }

        @Override
        public void done() {
            if (--open == 0 && !failed) {
                whole.done();
            }
        }

        @Override
        public void failed(IOException cause) {
            if (!failed) {
                failed = true;
                whole.failed(cause);
            }
        }
    }
}
