package storage.dispersive.mounter.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.linux.MountTable;
import storage.dispersive.linux.keeper.DescriptorKeeper;
import storage.dispersive.mounter.local.LocalMounter;
import storage.dispersive.mounter.wire.MounterServer;

/**
 * The keeper of descriptors, the mounter over the kernel and the server that has it asked. Thread
 * contract: {@link #close} from any thread, once.
 */
final class MounterProcess implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MounterProcess.class);

    private final List<AutoCloseable> parts = new ArrayList<>();

    private MounterProcess() {}

    static MounterProcess start(MounterSettings settings) throws IOException {
        MounterProcess process = new MounterProcess();
        try {
            process.open(settings);
            return process;
        } catch (IOException | RuntimeException e) {
            process.close();
            throw e;
        }
    }

    private void open(MounterSettings settings) throws IOException {
        for (MounterSettings.Owned owned : settings.owned()) {
            Files.createDirectories(owned.directory());
            Files.setAttribute(owned.directory(), "unix:uid", owned.owner().number());
        }
        Path keeper = settings.local().keeper();
        parts.add(DescriptorKeeper.start(keeper, settings.keeperUsers()));
        give(keeper, settings.group());
        LocalMounter mounter = LocalMounter.open(settings.local());
        parts.add(mounter);
        List<Path> shown = new ArrayList<>(settings.local().roots());
        shown.add(settings.local().state());
        for (Path directory : shown) {
            warnIfPrivate(directory);
        }
        parts.add(MounterServer.start(settings.socket(), settings.users(), mounter));
        give(settings.socket(), settings.group());
    }

    private static void give(Path socket, OptionalInt group) throws IOException {
        if (group.isPresent()) {
            Files.setAttribute(socket, "unix:gid", group.getAsInt());
        }
    }

    /** In a container what is mounted there would end with it, and pods would see nothing of it. */
    private static void warnIfPrivate(Path directory) throws IOException {
        Optional<MountTable.Entry> mount = mountOf(directory.toRealPath());
        boolean isShared =
                mount.isPresent()
                        && mount.get().propagation().stream()
                                .anyMatch(tag -> tag.startsWith("shared:"));
        if (!isShared) {
            LOG.warn(
                    "what is mounted beneath {} is seen by this process's mount namespace only;"
                            + " in a container it needs mountPropagation: Bidirectional",
                    directory);
        }
    }

    private static Optional<MountTable.Entry> mountOf(Path directory) throws IOException {
        Optional<MountTable.Entry> found = Optional.empty();
        for (MountTable.Entry entry : MountTable.entries()) {
            boolean isCloser =
                    directory.startsWith(entry.directory())
                            && (found.isEmpty()
                                    || entry.directory().startsWith(found.get().directory()));
            if (isCloser) {
                found = Optional.of(entry);
            }
        }
        return found;
    }

    /** What is mounted stays; the descriptors end, unless somebody else has them too. */
    @Override
    public void close() throws IOException {
        for (AutoCloseable part : parts.reversed()) {
            try {
                part.close();
            } catch (IOException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException(e);
            }
        }
    }
}
