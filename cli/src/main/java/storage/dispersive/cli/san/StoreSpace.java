package storage.dispersive.cli.san;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import storage.dispersive.cli.state.ByteSize;
import storage.dispersive.cli.state.PodRecord;
import storage.dispersive.cli.state.SanException;
import storage.dispersive.portion.Code;

/** Whether the disks below the stores could hold a volume that is written once from end to end. */
final class StoreSpace {

    private StoreSpace() {}

    static void check(long sizeBytes, Code code, List<PodRecord> pods) {
        long portionBytes = Math.ceilDiv(sizeBytes, (long) code.dataPortions());
        Map<FileStore, Integer> podsOn = new HashMap<>();
        try {
            for (PodRecord pod : pods) {
                podsOn.merge(Files.getFileStore(pod.storeDirectory()), 1, Integer::sum);
            }
            for (Map.Entry<FileStore, Integer> disk : podsOn.entrySet()) {
                long free = disk.getKey().getUsableSpace();
                if (portionBytes > free / disk.getValue()) {
                    throw SanException.failed(
                            "the stores have no room for "
                                    + new ByteSize(sizeBytes)
                                    + " as "
                                    + code
                                    + ": "
                                    + disk.getValue()
                                    + " portions of "
                                    + new ByteSize(portionBytes)
                                    + " each, and "
                                    + new ByteSize(free)
                                    + " are free",
                            "choose a smaller --size, or make room on the disk of "
                                    + pods.getFirst().storeDirectory());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the free space of the stores cannot be read", e);
        }
    }
}
