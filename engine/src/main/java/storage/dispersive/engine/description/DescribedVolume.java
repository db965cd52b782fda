package storage.dispersive.engine.description;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongSupplier;
import storage.dispersive.engine.Isolation;
import storage.dispersive.engine.LinkLoop;
import storage.dispersive.engine.OpenVolume;
import storage.dispersive.engine.RunNumbers;
import storage.dispersive.enrolment.Credentials;
import storage.dispersive.portion.Epoch;
import storage.dispersive.seal.VolumeKey;

/** A volume that can be opened as its description says, each time in an epoch of its own. */
public final class DescribedVolume {

    /** Linux, sockaddr_un. */
    private static final int MAX_SOCKET_PATH_BYTES = 107;

    private final VolumeDescription description;
    private final IdentityFiles identity;
    private final LongSupplier runs;

    private DescribedVolume(
            VolumeDescription description, IdentityFiles identity, LongSupplier runs) {
        this.description = description;
        this.identity = identity;
        this.runs = runs;
    }

    /**
     * What a command line says beside the description.
     *
     * @param identity instead of the description's
     * @param sidecar instead of the description's
     * @param state a directory where starts are counted
     */
    public record Surroundings(
            Optional<IdentityFiles> identity, Optional<Path> sidecar, Optional<Path> state) {}

    /** Checks all that can be checked without the pods; what is wrong is a usage error. */
    public static DescribedVolume of(VolumeDescription read, Surroundings surroundings) {
        Optional<Path> sidecar = surroundings.sidecar().or(read::sidecar);
        if (read.isolation() == Isolation.ISOLATED) {
            checkLength(sidecar.orElseThrow(VolumeDescription::noSidecar));
        }
        VolumeDescription description =
                new VolumeDescription(
                        read.name(),
                        read.spec(),
                        read.keyFile(),
                        read.isolation(),
                        read.generation(),
                        read.run(),
                        read.portions(),
                        read.identity(),
                        sidecar);
        IdentityFiles identity =
                surroundings
                        .identity()
                        .or(read::identity)
                        .orElseThrow(() ->
                                new DescriptionException(
                                        "nobody said who uses the volume",
                                        "give --identity, a directory with tls.crt, tls.key and"
                                                + " ca.crt"));
        DescribedVolume volume =
                new DescribedVolume(description, identity, runs(read, surroundings.state()));
        volume.check();
        return volume;
    }

    private static void checkLength(Path socket) {
        int bytes = socket.toString().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_SOCKET_PATH_BYTES) {
            throw new DescriptionException(
                    socket
                            + " is too long for a socket: "
                            + bytes
                            + " bytes, at most "
                            + MAX_SOCKET_PATH_BYTES,
                    "mount the socket at a shorter path");
        }
    }

    private static LongSupplier runs(VolumeDescription description, Optional<Path> state) {
        if (state.isPresent() == description.run().isPresent()) {
            throw new DescriptionException(
                    state.isPresent()
                            ? "starts are counted in --state, and the description has a run too"
                            : "nobody said which start of an engine this is",
                    "either give --state, a directory that survives, or write a run that grows");
        }
        if (state.isEmpty()) {
            long[] next = {description.run().orElseThrow()};
            return () -> next[0]++;
        }
        Path directory = state.get();
        if (!Files.isDirectory(directory) || !Files.isWritable(directory)) {
            throw new DescriptionException(
                    directory + " is no directory that can be written",
                    "name one that outlives this process; starts are counted in it");
        }
        return new RunNumbers(directory.resolve("run"))::next;
    }

    /** Reads all files once, so that what is wrong with them is said at once. */
    private void check() {
        description
                .keyFile()
                .map(RawKeyFile::new)
                .map(RawKeyFile::read)
                .ifPresent(VolumeKey::close);
        Credentials _ = credentials();
    }

    public VolumeDescription description() {
        return description;
    }

    /** In a new epoch, not started yet. The caller closes it. */
    public OpenVolume open() {
        Epoch epoch = new Epoch(description.generation(), runs.getAsLong());
        return new OpenVolume(
                description.attached(epoch), description.link(credentials(), LinkLoop.own()));
    }

    private Credentials credentials() {
        return switch (description.isolation()) {
            case SHARED -> identity.credentials();
            case ISOLATED -> identity.issuing();
        };
    }
}
