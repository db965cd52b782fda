package storage.dispersive.cli.description;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import storage.dispersive.cli.engine.AttachedVolume;
import storage.dispersive.cli.engine.OpenVolume;
import storage.dispersive.cli.engine.VolumeLink;
import storage.dispersive.cli.state.Isolation;
import storage.dispersive.cli.state.RunNumbers;
import storage.dispersive.cli.state.SanException;
import storage.dispersive.cli.state.SanHome;
import storage.dispersive.portion.Epoch;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.seal.VolumeKey;

/** A volume that can be opened as its description says, each time in an epoch of its own. */
public final class DescribedVolume {

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
            checkLength(sidecar.orElseThrow(DescribedVolume::noSidecar));
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
                                SanException.usage(
                                        "nobody said who uses the volume",
                                        "give --identity, a directory with tls.crt, tls.key and"
                                                + " ca.crt"));
        DescribedVolume volume =
                new DescribedVolume(description, identity, runs(read, surroundings.state()));
        volume.check();
        return volume;
    }

    private static void checkLength(Path socket) {
        try {
            var _ = SanHome.socket(socket);
        } catch (SanException e) {
            throw SanException.usage(
                    String.valueOf(e.getMessage()), "mount the socket at a shorter path", e);
        }
    }

    private static SanException noSidecar() {
        return SanException.usage(
                "isolated connections need a sidecar, and nobody said where it is",
                "give --sidecar, the Unix socket of the vnet container beside this one");
    }

    private static LongSupplier runs(VolumeDescription description, Optional<Path> state) {
        if (state.isPresent() == description.run().isPresent()) {
            throw SanException.usage(
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
            throw SanException.usage(
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
        switch (description.isolation()) {
            case SHARED -> identity.ofVolume();
            case ISOLATED -> identity.issuer();
        }
    }

    public VolumeDescription description() {
        return description;
    }

    /** In a new epoch, not started yet. The caller closes it. */
    public OpenVolume open() {
        Epoch epoch = new Epoch(description.generation(), runs.getAsLong());
        Map<String, String> peers =
                description.portions().stream()
                        .collect(
                                Collectors.toMap(
                                        portion -> portion.member().podName(),
                                        DescribedPortion::address));
        AttachedVolume volume =
                new AttachedVolume(
                        description.name(),
                        description.spec(),
                        epoch,
                        description.keyFile().map(RawKeyFile::new),
                        peers);
        return new OpenVolume(volume, link());
    }

    private VolumeLink link() {
        VolumeId id = description.spec().id();
        return switch (description.isolation()) {
            case SHARED ->
                    VolumeLink.shared(identity.ofVolume(), id, bySlot(DescribedPortion::endpoint));
            case ISOLATED ->
                    VolumeLink.isolated(
                            identity.issuer(),
                            id,
                            description.sidecar().orElseThrow(DescribedVolume::noSidecar),
                            bySlot(DescribedPortion::sidecar));
        };
    }

    private <T> Map<Integer, T> bySlot(Function<DescribedPortion, T> place) {
        return description.portions().stream()
                .collect(Collectors.toMap(portion -> portion.member().slot(), place));
    }
}
