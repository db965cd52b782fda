package storage.dispersive.csi.rpc;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import storage.dispersive.csi.protocol.VolumeCapability;
import storage.dispersive.csi.volume.AccessMode;
import storage.dispersive.csi.volume.Capability;
import storage.dispersive.csi.volume.Face;
import storage.dispersive.csi.volume.Face.FilesystemType;

/** Reads how a volume is to be used. */
final class Capabilities {

    private static final int MAX_CAPABILITIES = 64;
    private static final int MAX_FLAGS_BYTES = 4096;
    private static final Pattern FLAG = Pattern.compile("[\\x21-\\x7E]+");

    private Capabilities() {}

    static List<Capability> all(String field, List<VolumeCapability> given)
            throws BadRequestException {
        if (given.isEmpty()) {
            throw new BadRequestException(field + " is missing");
        }
        if (given.size() > MAX_CAPABILITIES) {
            throw new BadRequestException(field + " has more than " + MAX_CAPABILITIES);
        }
        List<Capability> read = new ArrayList<>();
        for (VolumeCapability one : given) {
            read.add(capability(one));
        }
        return read;
    }

    static Capability capability(VolumeCapability given) throws BadRequestException {
        AccessMode mode = mode(given.getAccessMode().getMode());
        return switch (given.getAccessTypeCase()) {
            case BLOCK -> new Capability(new Face.Block(), mode);
            case MOUNT -> new Capability(mounted(given.getMount()), mode);
            case ACCESSTYPE_NOT_SET ->
                    throw new BadRequestException("volume_capability says neither block nor mount");
        };
    }

    private static Face mounted(VolumeCapability.MountVolume mount) throws BadRequestException {
        if (!mount.getVolumeMountGroup().isEmpty()) {
            throw new BadRequestException(
                    "volume_mount_group is not served: leave it to the orchestrator to change who"
                            + " owns files");
        }
        int bytes = 0;
        for (String flag : mount.getMountFlagsList()) {
            bytes += flag.getBytes(StandardCharsets.UTF_8).length;
            if (!FLAG.matcher(flag).matches() || bytes > MAX_FLAGS_BYTES) {
                throw new BadRequestException(
                        "mount_flags are printable, without blanks, and have together at most "
                                + MAX_FLAGS_BYTES
                                + " bytes");
            }
        }
        FilesystemType type =
                FilesystemType.named(mount.getFsType())
                        .orElseThrow(() ->
                                new BadRequestException(
                                        "fs_type is not served; there are: ext4, xfs"));
        return new Face.Mounted(type, mount.getMountFlagsList());
    }

    static AccessMode mode(VolumeCapability.AccessMode.Mode mode) throws BadRequestException {
        return switch (mode) {
            case SINGLE_NODE_WRITER -> AccessMode.SINGLE_NODE_WRITER;
            case SINGLE_NODE_READER_ONLY -> AccessMode.SINGLE_NODE_READER_ONLY;
            case MULTI_NODE_READER_ONLY -> AccessMode.MULTI_NODE_READER_ONLY;
            case SINGLE_NODE_SINGLE_WRITER -> AccessMode.SINGLE_NODE_SINGLE_WRITER;
            case SINGLE_NODE_MULTI_WRITER -> AccessMode.SINGLE_NODE_MULTI_WRITER;
            case MULTI_NODE_SINGLE_WRITER, MULTI_NODE_MULTI_WRITER ->
                    throw new BadRequestException(
                            "one node writes a volume, and no other node uses it then; ask for"
                                    + " ReadWriteOnce or ReadWriteOncePod");
            case UNKNOWN, UNRECOGNIZED ->
                    throw new BadRequestException("volume_capability has no access_mode");
        };
    }
}
