package storage.dispersive.mounter;

import java.nio.file.Path;
import java.util.List;

/** Whether a disk is gone from the node. */
public sealed interface DiskClosing {

    /** Nothing of it is left. */
    record Closed() implements DiskClosing {}

    /**
     * Something still has it open. Of a disk that was abandoned nothing can be written any more,
     * and the kernel takes the device away when that ends.
     *
     * @param mountedAt where it is mounted, as far as it can be seen from here
     */
    record InUse(List<Path> mountedAt, String why) implements DiskClosing {}
}
