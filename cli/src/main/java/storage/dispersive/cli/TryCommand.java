package storage.dispersive.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import storage.dispersive.cli.exercise.Exercise;
import storage.dispersive.cli.state.ByteSize;
import storage.dispersive.cli.state.SanException;
import storage.dispersive.cli.tryout.Tryout;
import storage.dispersive.engine.description.DescribedVolume;
import storage.dispersive.engine.description.DescriptionException;
import storage.dispersive.engine.description.IdentityFiles;
import storage.dispersive.engine.description.VolumeDescription;

/** Needs no SAN of this machine, and no home: it runs where nothing can be written. */
@Command(
        name = "try",
        mixinStandardHelpOptions = true,
        description = {
            "Use a volume that a file describes: write, read and verify.",
            "Numbered blocks, spread over the disk, are written and read at random; all that is"
                    + " read is compared with what was acknowledged. At the end all blocks are"
                    + " verified, and once more after the volume was closed and opened anew.",
            "Each second one line says what was done. The volume must hold nothing else."
        })
final class TryCommand implements Callable<Integer> {

    private static final long MOST_SECONDS = 1_000_000;

    @Spec private @Nullable CommandSpec spec;

    @Parameters(
            index = "0",
            paramLabel = "DESCRIPTION",
            description = "A file in JSON; docs/try.md shows it.")
    private Path description = Path.of("");

    @Option(
            names = "--identity",
            paramLabel = "DIR",
            description =
                    "With tls.crt, tls.key and ca.crt in PEM: who uses the volume; else the"
                            + " description says it.")
    private @Nullable Path identity;

    @Option(
            names = "--sidecar",
            paramLabel = "SOCKET",
            description = "Of the vnet sidecar beside this process; else the description says it.")
    private @Nullable Path sidecar;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description =
                    "Where starts are counted, which must grow; it must outlive this process."
                            + " Else the description says the number of this start.")
    private @Nullable Path state;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "How long to write and read; ${DEFAULT-VALUE} unless given.")
    private long seconds = 10;

    @Option(
            names = "--until-stopped",
            description = "Write and read until SIGTERM or SIGINT, then verify and end.")
    private boolean untilStopped;

    @Option(
            names = "--blocks",
            paramLabel = "N",
            description = "How many blocks of 4096 bytes; ${DEFAULT-VALUE} unless given.")
    private int blocks = 1024;

    @Option(
            names = "--depth",
            paramLabel = "N",
            description = "Requests under way at once; ${DEFAULT-VALUE} unless given.")
    private int depth = 8;

    @Option(
            names = "--write-bytes-per-second",
            paramLabel = "SIZE",
            description =
                    "${DEFAULT-VALUE} unless given, 0 for all that can be. What is written stays in"
                            + " the storage pods' logs until the volume is deleted.")
    private String writes = "1MiB";

    @Option(
            names = "--read-bytes-per-second",
            paramLabel = "SIZE",
            description = "${DEFAULT-VALUE} unless given, 0 for all that can be.")
    private String reads = "4MiB";

    @Option(
            names = "--overwrite",
            description = "Destroy what the blocks hold that no such command wrote.")
    private boolean overwrite;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "How long to wait until it serves; ${DEFAULT-VALUE} unless given.")
    private long timeoutSeconds = 60;

    @Override
    public Integer call() {
        CommandSpec here = spec;
        if (here == null) {
            throw new IllegalStateException("nobody parsed the command line");
        }
        PrintWriter out = here.commandLine().getOut();
        Tryout.Plan plan = plan();
        DescribedVolume volume =
                DescribedVolume.of(
                        VolumeDescription.read(description),
                        new DescribedVolume.Surroundings(
                                Optional.ofNullable(identity).map(IdentityFiles::in),
                                Optional.ofNullable(sidecar),
                                Optional.ofNullable(state)));
        try (StopSignal stop = StopSignal.listen()) {
            try {
                new Tryout(volume, plan, stop, out).run();
                stop.endIfAsked(ExitStatus.OK);
            } catch (SanException e) {
                tellIfAsked(stop, e.getMessage(), e.hint());
                throw e;
            } catch (DescriptionException e) {
                tellIfAsked(stop, e.getMessage(), e.hint());
                throw e;
            }
        }
        return ExitStatus.OK;
    }

    /** Ends with what happened if the end was asked for. */
    private void tellIfAsked(StopSignal stop, String message, String hint) {
        CommandSpec here = spec;
        if (here != null && stop.isAsked()) {
            Failures.tell(here.commandLine().getErr(), message, hint);
            stop.endIfAsked(ExitStatus.FAILED);
        }
    }

    private Tryout.Plan plan() {
        within("--seconds", seconds, MOST_SECONDS);
        within("--blocks", blocks, 1 << 20);
        within("--depth", depth, 256);
        within("--timeout", timeoutSeconds, MOST_SECONDS);
        return new Tryout.Plan(
                untilStopped ? OptionalLong.empty() : OptionalLong.of(seconds),
                blocks,
                new Exercise.Settings(
                        depth,
                        rate("--write-bytes-per-second", writes),
                        rate("--read-bytes-per-second", reads),
                        new SecureRandom().nextLong()),
                overwrite ? Tryout.ForeignData.OVERWRITE : Tryout.ForeignData.KEEP,
                Duration.ofSeconds(timeoutSeconds));
    }

    private static void within(String option, long value, long most) {
        if (value < 1 || value > most) {
            throw SanException.usage(
                    option + " cannot be " + value, "choose a number from 1 to " + most);
        }
    }

    private static long rate(String option, String text) {
        long bytes = ByteSize.parse(text).bytes();
        if (bytes < 0) {
            throw SanException.usage(
                    option + " cannot be " + text, "write a size, or 0 for no bound");
        }
        return bytes;
    }
}
