package storage.dispersive.cli.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.cli.lan.Lan;
import storage.dispersive.cli.state.Face;
import storage.dispersive.cli.state.Identities;
import storage.dispersive.cli.state.KeySource;
import storage.dispersive.cli.state.PodRecord;
import storage.dispersive.cli.state.SanException;
import storage.dispersive.cli.state.SanHome;
import storage.dispersive.cli.state.SanRecord;
import storage.dispersive.cli.state.VolumeRecord;
import storage.dispersive.cli.state.VolumeRecords;
import storage.dispersive.engine.AttachedVolume;
import storage.dispersive.engine.OpenVolume;
import storage.dispersive.engine.RunNumbers;
import storage.dispersive.engine.VolumeLink;
import storage.dispersive.portion.Epoch;
import storage.dispersive.portion.Incarnation;
import storage.dispersive.volume.Member;
import storage.dispersive.volume.VolumeSpec;

/**
 * The process of one attached volume. It ends with SIGTERM, answering first what is under way; it
 * may be killed at any moment and started again.
 */
public final class EngineMain {

    private static final Logger log = LoggerFactory.getLogger(EngineMain.class);
    private static final int EXIT_FAILED = 1;
    private static final int EXIT_USAGE = 2;

    private EngineMain() {}

    /**
     * Runs until it is told to end.
     *
     * @param arguments the SAN's directory, the volume's name, the generation, the face
     */
    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length != 4) {
            System.err.println("usage: EngineMain HOME VOLUME GENERATION nbd|fuse");
            System.exit(EXIT_USAGE);
        }
        SanHome home = new SanHome(Path.of(arguments[0]));
        long generation = Long.parseLong(arguments[2]);
        try {
            ServedVolume served = serve(home, arguments[1], generation, Face.parse(arguments[3]));
            Runtime.getRuntime().addShutdownHook(new Thread(served::close, "shutdown"));
        } catch (IOException | RuntimeException e) {
            log.error("volume {} is not served", arguments[1], e);
            System.exit(EXIT_FAILED);
        }
        // All work is done by daemon threads; only a signal ends this.
        new CountDownLatch(1).await();
    }

    private static ServedVolume serve(SanHome home, String name, long generation, Face face)
            throws IOException {
        VolumeRecord record = new VolumeRecords(home).get(name);
        if (record.generation() != generation) {
            throw SanException.failed(
                    "the volume is attached in generation "
                            + record.generation()
                            + " and not "
                            + generation,
                    "attach it again");
        }
        Epoch epoch = new Epoch(generation, new RunNumbers(home.runNumber()).next());
        log.info("serving volume {} {} in epoch {} as {}", name, record.id(), epoch, face);
        EngineFiles files = new EngineFiles(home.engine(name, generation));
        Identities identities = new Identities(home, Clock.systemUTC());
        VolumeLink link = SanLinks.asVolume(home, identities, record.volumeId(), record.podNames());
        OpenVolume volume = new OpenVolume(attached(record, epoch, SanRecord.of(home)), link);
        MountKeepers keepers = new MountKeepers(files, home.sidecarKeeper(Lan.CLIENT));
        return ServedVolume.start(volume, new ServedVolume.Shown(files, keepers, face));
    }

    private static AttachedVolume attached(VolumeRecord record, Epoch epoch, SanRecord san) {
        List<Member> members =
                record.members().stream()
                        .map(member ->
                                new Member(
                                        member.slot(),
                                        member.pod(),
                                        new Incarnation(
                                                Long.parseUnsignedLong(member.incarnation(), 16)),
                                        member.admittedFromSeq()))
                        .toList();
        Map<String, String> peers =
                san.pods().stream().collect(Collectors.toMap(PodRecord::name, PodRecord::address));
        return new AttachedVolume(
                record.name(),
                new VolumeSpec(record.volumeId(), record.sizeBytes(), record.code(), members),
                epoch,
                key(record.keySource()),
                peers);
    }

    private static Optional<AttachedVolume.OwnKey> key(KeySource source) {
        return switch (source) {
            case KeySource.InFile file -> Optional.of(file::read);
            case KeySource.Dispersed() -> Optional.empty();
        };
    }
}
