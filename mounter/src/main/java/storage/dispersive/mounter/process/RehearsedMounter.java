package storage.dispersive.mounter.process;

import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.mounter.Mounter;
import storage.dispersive.mounter.StagingPath;
import storage.dispersive.mounter.TargetPath;
import storage.dispersive.mounter.VolumeKey;
import storage.dispersive.mounter.wire.RemoteMounter;

/**
 * A mounter that asks itself what needs no rights, and ends: the JVM notes what a mounter needs, so
 * that the next one starts faster. Nothing is mounted. Takes the settings of {@link MounterMain}.
 */
public final class RehearsedMounter {

    private static final Logger LOG = LoggerFactory.getLogger(RehearsedMounter.class);

    private static final VolumeKey VOLUME = new VolumeKey("rehearsal");

    private RehearsedMounter() {}

    public static void main(String[] arguments) throws IOException {
        MounterSettings settings = MounterSettings.parse(arguments);
        MounterProcess process = MounterProcess.start(settings);
        try {
            rehearse(new RemoteMounter(settings.socket()), settings.local().roots().getFirst());
        } finally {
            process.close();
        }
    }

    private static void rehearse(Mounter mounter, Path root) throws IOException {
        Path nothing = root.resolve("nothing");
        LOG.info("{}", mounter.survey());
        LOG.info("{}", mounter.stats(nothing));
        LOG.info("{}", mounter.unpublish(new TargetPath(nothing)));
        LOG.info("{}", mounter.unstage(new StagingPath(nothing)));
        LOG.info("{}", mounter.closeDisk(VOLUME));
    }
}
