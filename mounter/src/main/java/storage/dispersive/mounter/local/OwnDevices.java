package storage.dispersive.mounter.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import storage.dispersive.blockdevice.fuse.FuseSession;
import storage.dispersive.blockdevice.loop.FuseMount;
import storage.dispersive.blockdevice.loop.LoopDevice;
import storage.dispersive.linux.DeviceNumber;
import storage.dispersive.linux.Errno;
import storage.dispersive.linux.LinuxException;
import storage.dispersive.linux.MountTable;
import storage.dispersive.mounter.MounterException;
import storage.dispersive.mounter.Survey;
import storage.dispersive.mounter.VolumeKey;

/**
 * Which mounts and loop devices of this machine are ours: those of FUSE connections that are
 * mounted on a directory of the own state directory, named after the volume. The kernel is asked
 * each time. Thread contract: any thread.
 */
final class OwnDevices {

    private static final int LOOP_MAJOR = 7;
    private static final Pattern LOOP_NAME = Pattern.compile("loop([0-9]{1,7})");
    private static final Path SYSFS = Path.of("/sys/block");
    private static final Path DEVICES = Path.of("/sys/dev/block");

    /** The kernel's path of a file whose mount is in no namespace that can be seen from here. */
    private static final Path UNSEEN = Path.of("/", FuseSession.DISK_NAME);

    private static final int MAX_LAYERS = 4096;

    /** Whose a loop device is. */
    sealed interface Owner {

        record Volume(VolumeKey key) implements Owner {}

        /** It was ours; its connection is mounted nowhere any more. */
        record Lost() implements Owner {}

        /** It is attached to nothing. */
        record Nobody() implements Owner {}

        record Other() implements Owner {}
    }

    /** A loop device that is shown somewhere. */
    record Layer(MountTable.Entry entry, int loop, Survey.Form form, Owner owner) {

        /** Empty if it is not known which volume is shown, or the device is of somebody else. */
        Optional<VolumeKey> volume() {
            return owner instanceof Owner.Volume(VolumeKey key)
                    ? Optional.of(key)
                    : Optional.empty();
        }

        boolean isOf(VolumeKey key) {
            return volume().filter(key::equals).isPresent();
        }

        boolean isOurs() {
            return !(owner instanceof Owner.Other);
        }

        boolean isReadOnly() {
            return entry.options().contains("ro");
        }
    }

    private final Path state;

    /** The state directory without symbolic links. */
    OwnDevices(Path state) {
        this.state = state;
    }

    Path directory(VolumeKey volume) {
        return state.resolve(volume.value());
    }

    /** The volumes that have a directory here. */
    List<VolumeKey> volumes() throws IOException {
        try (var entries = Files.newDirectoryStream(state)) {
            List<VolumeKey> volumes = new ArrayList<>();
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                // Without asking what it is: it may be the root of a connection.
                if (VolumeKey.isValid(name)) {
                    volumes.add(new VolumeKey(name));
                }
            }
            volumes.sort(null);
            return volumes;
        }
    }

    Optional<FuseMount> mount(VolumeKey volume) throws IOException {
        return FuseMount.find(directory(volume));
    }

    Optional<LoopDevice> loop(VolumeKey volume) throws IOException {
        Optional<FuseMount> mount = mount(volume);
        return mount.isEmpty()
                ? Optional.empty()
                : LoopDevice.find(mount.get(), FuseSession.DISK_NAME);
    }

    LoopDevice requireLoop(VolumeKey volume) throws IOException {
        return loop(volume)
                .orElseThrow(() ->
                        new MounterException(
                                MounterException.Reason.REFUSED,
                                "the volume " + volume + " has no block device here"));
    }

    /** As the kernel knows it; no driver is asked. */
    static long sizeBytes(LoopDevice device) throws IOException {
        return BlockReader.size(device.path());
    }

    /** All loop devices that are shown somewhere, in the order in which they were mounted. */
    List<Layer> layers() throws IOException {
        List<Layer> layers = new ArrayList<>();
        for (MountTable.Entry entry : MountTable.entries()) {
            Optional<Layer> layer = layer(entry);
            if (layer.isPresent() && layers.size() < MAX_LAYERS) {
                layers.add(layer.get());
            }
        }
        return layers;
    }

    /** Where the volume's device is shown. */
    List<Layer> layers(LoopDevice device) throws IOException {
        return layers().stream().filter(layer -> layer.loop() == device.number()).toList();
    }

    /** Empty if the entry shows no loop device. */
    Optional<Layer> layer(MountTable.Entry entry) throws IOException {
        if (entry.device().major() == LOOP_MAJOR) {
            int number = number(entry.device());
            return Optional.of(new Layer(entry, number, Survey.Form.FILE_SYSTEM, ownerOf(number)));
        }
        Path shown = entry.root().getFileName();
        Matcher name = LOOP_NAME.matcher(shown == null ? "" : shown.toString());
        if (!name.matches() || !isNode(entry.directory())) {
            return Optional.empty();
        }
        int number = Integer.parseInt(name.group(1));
        return Optional.of(new Layer(entry, number, Survey.Form.BLOCK, ownerOf(number)));
    }

    /** Of the whole device, also if the entry is of one of its partitions. */
    private static int number(DeviceNumber device) throws IOException {
        for (Path part : Files.readSymbolicLink(DEVICES.resolve(device.toString()))) {
            Matcher name = LOOP_NAME.matcher(part.toString());
            if (name.matches()) {
                return Integer.parseInt(name.group(1));
            }
        }
        throw new LinuxException("find the loop device " + device, Errno.ENODEV);
    }

    /** Only device nodes are named so; nodes are on file systems that do not hang. */
    private static boolean isNode(Path path) {
        try {
            return DeviceNumber.ofNode(path).major() == LOOP_MAJOR;
        } catch (IOException | IllegalArgumentException _) {
            return false;
        }
    }

    private Owner ownerOf(int number) throws IOException {
        String text;
        try {
            text = Files.readString(SYSFS.resolve("loop" + number + "/loop/backing_file"));
        } catch (NoSuchFileException _) {
            return new Owner.Nobody();
        }
        Path backing = Path.of(text.stripTrailing());
        if (backing.startsWith(state) && backing.getNameCount() > state.getNameCount()) {
            String name = backing.getName(state.getNameCount()).toString();
            return VolumeKey.isValid(name)
                    ? new Owner.Volume(new VolumeKey(name))
                    : new Owner.Other();
        }
        return backing.equals(UNSEEN) ? ownerOfUnseen(number) : new Owner.Other();
    }

    /** Attached by an earlier mounter, whose mount namespace is gone; or of somebody else. */
    private Owner ownerOfUnseen(int number) throws IOException {
        Optional<LoopDevice.Backing> found;
        try {
            found = LoopDevice.backing(number);
        } catch (LinuxException e) {
            if (e.errno() == Errno.ENOTCONN) {
                return new Owner.Other();
            }
            throw e;
        }
        if (found.isEmpty()) {
            return new Owner.Nobody();
        }
        for (MountTable.Entry entry : MountTable.entries()) {
            boolean isOurs =
                    entry.device().equals(found.get().fileSystem())
                            && state.equals(entry.directory().getParent())
                            && VolumeKey.isValid(entry.directory().getFileName().toString());
            if (isOurs) {
                return new Owner.Volume(new VolumeKey(entry.directory().getFileName().toString()));
            }
        }
        return found.get().nameWhenAttached().startsWith(state + "/")
                ? new Owner.Lost()
                : new Owner.Other();
    }
}
