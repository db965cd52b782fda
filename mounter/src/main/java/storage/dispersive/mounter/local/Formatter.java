package storage.dispersive.mounter.local;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import storage.dispersive.blockdevice.loop.LoopDevice;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.linux.DeviceControl;
import storage.dispersive.linux.LinuxException;
import storage.dispersive.mounter.Content;
import storage.dispersive.mounter.FileSystemType;
import storage.dispersive.mounter.FormatOutcome;
import storage.dispersive.mounter.FormatRequest;
import storage.dispersive.mounter.VolumeKey;

/**
 * Makes file systems, by the rules of {@code FormatState}: never on a device that does not read as
 * blank in the same call. Thread contract: any thread; one at a time for each volume.
 *
 * <p>How they are made, on a device whose every written block costs space and network: nothing is
 * zeroed that reads as zeros already (ext4: assume_storage_prezeroed), nothing is discarded that
 * was never written, no blocks are reserved for root. No label: a clone would bear its original's.
 */
final class Formatter {

    private static final Duration MKFS_LIMIT = Duration.ofMinutes(10);
    private static final int BLKZEROOUT = 0x127F;

    private final OwnDevices devices;
    private final DeviceLook look;
    private final Programs programs;

    Formatter(OwnDevices devices, DeviceLook look, Programs programs) {
        this.devices = devices;
        this.look = look;
        this.programs = programs;
    }

    FormatOutcome format(FormatRequest request) throws IOException {
        LoopDevice device = devices.requireLoop(request.volume());
        Content found = look.look(request.volume(), device);
        return switch (request.state()) {
            case NEVER ->
                    found instanceof Content.Blank
                            ? new FormatOutcome.RecordBegun()
                            : new FormatOutcome.Refused(
                                    found, "the record says that the volume was never formatted");
            case BEGUN -> begun(request, device, found);
            case DONE -> done(request, found);
        };
    }

    private static FormatOutcome done(FormatRequest request, Content found) {
        if (found instanceof Content.FileSystem there && there.type() == request.type()) {
            return new FormatOutcome.Formatted(there.uuid());
        }
        return new FormatOutcome.Refused(
                found,
                "the record says that the volume has a file system " + request.type().kernelName());
    }

    private FormatOutcome begun(FormatRequest request, LoopDevice device, Content found)
            throws IOException {
        return switch (found) {
            case Content.Blank _ -> make(request, device);
            case Content.Unrecognised _ -> makeAgain(request, device);
            case Content.FileSystem there ->
                    switch (there.history()) {
                        case NEVER_MOUNTED -> makeAgain(request, device);
                        case PERHAPS_MOUNTED ->
                                new FormatOutcome.Refused(
                                        found,
                                        "the record says that formatting began, but the file"
                                                + " system was mounted since");
                    };
            case Content.SomethingElse _ ->
                    new FormatOutcome.Refused(found, "no attempt to format leaves this");
            case Content.Unreadable _ ->
                    new FormatOutcome.Refused(found, "what cannot be read is not formatted");
        };
    }

    /** Over what an attempt left that nobody has mounted. */
    private FormatOutcome makeAgain(FormatRequest request, LoopDevice device) throws IOException {
        zero(device);
        Content found = look.look(request.volume(), device);
        return found instanceof Content.Blank
                ? make(request, device)
                : new FormatOutcome.Refused(found, "it does not read as zeros after it was zeroed");
    }

    /** BLKZEROOUT: the disk's holes, not written zeros. */
    private static void zero(LoopDevice device) throws IOException {
        int flags = Descriptor.O_RDWR | Descriptor.O_EXCL;
        try (Descriptor opened = Descriptor.open(device.path(), flags);
                Arena arena = Arena.ofConfined()) {
            MemorySegment range = arena.allocate(JAVA_LONG, 2);
            range.setAtIndex(JAVA_LONG, 1, OwnDevices.sizeBytes(device));
            int result = DeviceControl.call(opened, BLKZEROOUT, range);
            if (result < 0) {
                throw new LinuxException("zero " + device.path(), -result);
            }
        }
    }

    private FormatOutcome make(FormatRequest request, LoopDevice device) throws IOException {
        requireUnused(device);
        VolumeKey volume = request.volume();
        ProgramResult made = programs.run(volume, command(request.type(), device), MKFS_LIMIT);
        if (!made.succeeded()) {
            throw new IOException(
                    "mkfs."
                            + request.type().kernelName()
                            + " ended with "
                            + made.status()
                            + ": "
                            + made.output());
        }
        Content found = look.look(volume, device);
        if (found instanceof Content.FileSystem there && there.type() == request.type()) {
            return new FormatOutcome.Formatted(there.uuid());
        }
        throw new IOException("mkfs succeeded, but the device has: " + found);
    }

    /** O_EXCL: EBUSY if it is mounted in any namespace, or another mkfs has it. */
    private static void requireUnused(LoopDevice device) throws IOException {
        Descriptor.open(device.path(), Descriptor.O_RDONLY | Descriptor.O_EXCL).close();
    }

    private static Programs.Command command(FileSystemType type, LoopDevice device) {
        List<String> arguments = new ArrayList<>();
        switch (type) {
            case EXT4 ->
                    arguments.addAll(
                            List.of(
                                    "-q",
                                    "-b",
                                    "4096",
                                    "-m",
                                    "0",
                                    "-E",
                                    "nodiscard,assume_storage_prezeroed=1"));
            case XFS -> arguments.addAll(List.of("-K", "-m", "crc=1,reflink=1"));
        }
        arguments.add(device.path().toString());
        return new Programs.Command("mkfs." + type.kernelName(), arguments);
    }
}
