package storage.dispersive.cli.tryout;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import storage.dispersive.cli.exercise.BlockPlan;
import storage.dispersive.cli.exercise.Exercise;
import storage.dispersive.cli.state.SanException;
import storage.dispersive.disk.VirtualDisk;
import storage.dispersive.engine.EngineReport;
import storage.dispersive.engine.OpenVolume;
import storage.dispersive.engine.description.DescribedVolume;

/**
 * One use of a volume: writes and reads for a while, verifies all, and once more after it was
 * opened anew. Used by one thread.
 */
public final class Tryout {

    private static final long REPORT_MILLIS = 500;

    /** Pods that serve are connected by then; with those that do not, nobody waits longer. */
    private static final long ALL_OPEN_SECONDS = 5;

    private static final long ALL_OPEN_LOOK_MILLIS = 50;

    private final DescribedVolume volume;
    private final Plan plan;
    private final Stopping stopping;
    private final PrintWriter out;
    private final Exercise exercise;

    /** Whether blocks may be overwritten that hold what no tryout wrote. */
    public enum ForeignData {
        KEEP,
        OVERWRITE
    }

    /**
     * What is asked for.
     *
     * @param seconds empty for until it is stopped
     * @param patience how long the volume may take to serve
     */
    public record Plan(
            OptionalLong seconds,
            int blocks,
            Exercise.Settings settings,
            ForeignData foreign,
            Duration patience) {}

    public Tryout(DescribedVolume volume, Plan plan, Stopping stopping, PrintWriter out) {
        this.volume = volume;
        this.plan = plan;
        this.stopping = stopping;
        this.out = out;
        this.exercise =
                new Exercise(
                        new BlockPlan(plan.blocks(), volume.description().spec().blocks()),
                        plan.settings());
    }

    /**
     * Runs it to its end.
     *
     * @throws SanException if anything was wrong
     */
    public void run() {
        try (OpenVolume open = volume.open()) {
            VirtualDisk disk = serving(open);
            checkForeignData(disk);
            exercise.run(
                    disk,
                    over(),
                    second -> {
                        wrongBlocks();
                        line(TryoutLines.second(second, connections(open)));
                    });
            exercise.verify(disk);
            verified();
            checkStillServing(open);
        }
        try (OpenVolume again = volume.open()) {
            exercise.verify(serving(again));
            verified();
        }
        checkResult();
    }

    private void checkForeignData(VirtualDisk disk) {
        if (plan.foreign() == ForeignData.OVERWRITE) {
            return;
        }
        int foreign;
        try {
            foreign = exercise.firstForeignBlock(disk);
        } catch (IOException e) {
            throw SanException.failed(
                    "what the volume holds cannot be seen: " + e.getMessage(),
                    "look at its storage pods, or give --overwrite",
                    e);
        }
        if (foreign >= 0) {
            throw SanException.failed(
                    "the volume holds data: block " + foreign + " of those that would be written",
                    "use a volume that nobody needs; --overwrite destroys what it holds");
        }
    }

    private BooleanSupplier over() {
        long start = System.nanoTime();
        long nanos = plan.seconds().stream().map(TimeUnit.SECONDS::toNanos).findFirst().orElse(0);
        return () ->
                stopping.isAsked()
                        || (plan.seconds().isPresent() && System.nanoTime() - start >= nanos);
    }

    /** The disk of a volume that serves, which is told with all its connections. */
    private VirtualDisk serving(OpenVolume open) {
        VirtualDisk disk = opened(open);
        // Asked before it serves the first time, an end is one; afterwards blocks must be verified.
        CompletableFuture<?> awaited =
                exercise.ledger().knownBlocks() > 0
                        ? open.serving()
                        : CompletableFuture.anyOf(open.serving(), stopping.asked());
        try {
            awaited.get(plan.patience().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw SanException.failed(
                    "the volume does not serve after "
                            + plan.patience().toSeconds()
                            + " s"
                            + why(report(open)),
                    "look at its storage pods and at what the description says of them",
                    e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw SanException.failed(
                    "the volume cannot be served: " + cause.getMessage(),
                    "if another uses it, raise the generation; else look at its storage pods",
                    e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        if (!open.serving().isDone()) {
            throw SanException.failed(
                    "stopped before the volume served" + why(report(open)), "let it run longer");
        }
        tellConnections(open);
        return disk;
    }

    private static VirtualDisk opened(OpenVolume open) {
        try {
            return open.open();
        } catch (IOException e) {
            throw SanException.failed(
                    "the volume cannot be opened: " + e.getMessage(),
                    "look at its storage pods and at what the description says of them",
                    e);
        }
    }

    private static String why(@Nullable EngineReport report) {
        if (report == null || report.detail().isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder(": ").append(report.detail());
        for (EngineReport.Portion portion : report.portions()) {
            if (!portion.detail().isEmpty()) {
                text.append("; ").append(portion.pod()).append(": ").append(portion.detail());
            }
        }
        return text.toString();
    }

    private void tellConnections(OpenVolume open) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(ALL_OPEN_SECONDS);
        EngineReport report = report(open);
        while ((report == null || !TryoutLines.allOpen(report))
                && System.nanoTime() - deadline < 0
                && !stopping.isAsked()) {
            pause();
            report = report(open);
        }
        line(report == null ? "serving, and too busy to say how" : TryoutLines.serving(report));
    }

    /** Nobody tells when the state of a connection changes, so it is looked at again. */
    private void pause() {
        try {
            stopping.asked().get(ALL_OPEN_LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // That is all that was wanted.
        } catch (ExecutionException e) {
            throw new IllegalStateException("a wish that failed", e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static String connections(OpenVolume open) {
        EngineReport report = report(open);
        return report == null ? "connections unknown" : TryoutLines.connections(report);
    }

    private static @Nullable EngineReport report(OpenVolume open) {
        try {
            return open.report().get(REPORT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return null;
        } catch (ExecutionException e) {
            throw new IllegalStateException("an engine that cannot say how it is", e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted while a volume was tried", e);
    }

    private void verified() {
        wrongBlocks();
        line(
                "verified %d blocks, %d wrong"
                        .formatted(
                                exercise.ledger().knownBlocks(), exercise.ledger().wrongBlocks()));
    }

    private void wrongBlocks() {
        exercise.ledger().takeStories().forEach(story -> line("wrong: " + story));
    }

    /** To open it anew then would take it from whoever has it now. */
    private static void checkStillServing(OpenVolume open) {
        EngineReport report = report(open);
        if (report != null && report.hasEnded()) {
            throw SanException.failed(
                    "the volume does not serve any more: " + report.detail(),
                    "let nobody else attach it meanwhile");
        }
    }

    private void checkResult() {
        int wrong = exercise.ledger().wrongBlocks();
        if (wrong > 0) {
            throw SanException.failed(
                    wrong + " of " + exercise.ledger().knownBlocks() + " blocks are wrong",
                    "the lines that begin with 'wrong:' say what was seen; keep the storage pods as"
                            + " they are and report it");
        }
        if (exercise.failedOperations() > 0) {
            throw SanException.failed(
                    "%d operations failed, the first: %s"
                            .formatted(exercise.failedOperations(), exercise.firstFailure()),
                    "IO: too few storage pods served; NO_SPACE: they are full, write less"
                            + " (--write-bytes-per-second)");
        }
        if (exercise.ledger().knownBlocks() == 0) {
            throw SanException.failed(
                    "nothing was written, so nothing could be verified", "let it run longer");
        }
    }

    private void line(String text) {
        out.println(text);
        out.flush();
    }
}
