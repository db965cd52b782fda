package storage.dispersive.mounter.local;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import storage.dispersive.linux.MountTable;
import storage.dispersive.mounter.Access;
import storage.dispersive.mounter.FileSystemType;
import storage.dispersive.mounter.MounterException;
import storage.dispersive.mounter.StageRequest;
import storage.dispersive.mounter.StageRequest.Lineage;

/**
 * Mount options as the kernel takes them. Only those are let through that are listed here: none
 * that names a file or a device, ends the machine, or lets set-user-id programs or device nodes
 * work.
 *
 * @param flags of mount(2)
 * @param data the file system's own options
 */
record MountOptions(long flags, String data) {

    private static final Map<String, Long> FLAGS =
            Map.of(
                    "noatime", MountTable.MS_NOATIME,
                    "nodiratime", MountTable.MS_NODIRATIME,
                    "relatime", MountTable.MS_RELATIME,
                    "strictatime", MountTable.MS_STRICTATIME,
                    "lazytime", MountTable.MS_LAZYTIME,
                    "noexec", MountTable.MS_NOEXEC,
                    "sync", MountTable.MS_SYNCHRONOUS,
                    "dirsync", MountTable.MS_DIRSYNC);

    /** Those that are set in any case, or are the kernel's way without them. */
    private static final Set<String> ACCEPTED =
            Set.of("nosuid", "nodev", "defaults", "rw", "exec", "async");

    private static final String NUMBER = "[0-9]{1,9}";
    private static final String SIZE = "[0-9]{1,9}[kmgKMG]?";

    private static final Pattern EXT4 =
            Pattern.compile(
                    "discard|nodiscard|(no)?delalloc|(no)?auto_da_alloc|(no)?user_xattr|(no)?acl"
                            + "|barrier=[01]|(no)?barrier|data=(ordered|journal|writeback)"
                            + "|errors=(continue|remount-ro)|commit="
                            + NUMBER
                            + "|stripe="
                            + NUMBER
                            + "|(min|max)_batch_time="
                            + NUMBER
                            + "|inode_readahead_blks="
                            + NUMBER
                            + "|(no)?init_itable|init_itable="
                            + NUMBER
                            + "|journal_checksum|i_version|(no)?dioread_(no)?lock"
                            + "|(usr|grp|prj)?quota|noquota|grpid|bsdgroups|nogrpid|sysvgroups");
    private static final Pattern XFS =
            Pattern.compile(
                    "discard|nodiscard|nouuid|inode64|inode32|(no)?largeio|noalign|swalloc|wsync"
                            + "|filestreams|attr2|allocsize="
                            + SIZE
                            + "|logbufs="
                            + NUMBER
                            + "|logbsize="
                            + SIZE
                            + "|sunit="
                            + NUMBER
                            + "|swidth="
                            + NUMBER
                            + "|(u|usr|g|grp|p|prj)?quota|[ugp]qnoenforce|noquota"
                            + "|grpid|bsdgroups|nogrpid|sysvgroups");

    /** REFUSED if one of the options is not let through. */
    static MountOptions of(StageRequest request) throws MounterException {
        long flags = MountTable.MS_NOSUID | MountTable.MS_NODEV;
        List<String> data = new ArrayList<>();
        Pattern known = request.type() == FileSystemType.EXT4 ? EXT4 : XFS;
        for (String option : request.options()) {
            Long flag = FLAGS.get(option);
            if (flag != null) {
                flags |= flag;
            } else if (option.equals("ro")) {
                flags |= MountTable.MS_RDONLY;
            } else if (known.matcher(option).matches()) {
                data.add(option);
            } else if (!ACCEPTED.contains(option)) {
                throw new MounterException(
                        MounterException.Reason.REFUSED,
                        "the mount option '"
                                + option
                                + "' is not allowed for "
                                + request.type().kernelName());
            }
        }
        if (request.access() == Access.READ_ONLY) {
            flags |= MountTable.MS_RDONLY;
        }
        if (request.type() == FileSystemType.XFS
                && request.lineage() == Lineage.COPY
                && !data.contains("nouuid")) {
            data.add("nouuid");
        }
        return new MountOptions(flags, String.join(",", data));
    }

    boolean isReadOnly() {
        return (flags & MountTable.MS_RDONLY) != 0;
    }

    /**
     * Whether a mount has these options, as far as the kernel tells: those of the mount itself. A
     * file system's own are written in other words than they were given in.
     */
    boolean agreeWith(MountTable.Entry entry) {
        return isReadOnly() == entry.options().contains("ro")
                && has(MountTable.MS_NOEXEC) == entry.options().contains("noexec")
                && has(MountTable.MS_NOATIME) == entry.options().contains("noatime");
    }

    private boolean has(long flag) {
        return (flags & flag) != 0;
    }
}
