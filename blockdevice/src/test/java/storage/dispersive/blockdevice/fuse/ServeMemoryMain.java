package storage.dispersive.blockdevice.fuse;

import java.io.IOException;
import storage.dispersive.blockdevice.loop.LoopDevice;
import storage.dispersive.blockdevice.loop.SectorSize;

/**
 * Serves a disk in memory on a loop device, for fio to measure, until its standard input ends.
 * Arguments: MiB, readers, slots.
 */
final class ServeMemoryMain {

    private ServeMemoryMain() {}

    public static void main(String[] arguments) throws IOException {
        MemoryDisk disk = new MemoryDisk(Long.parseLong(arguments[0]) << 20);
        FuseSettings settings =
                new FuseSettings(
                        Integer.parseInt(arguments[1]),
                        Integer.parseInt(arguments[2]),
                        FuseSettings.TRANSFER_LIMIT_BYTES,
                        5_000);
        try (ServedDisk served = ServedDisk.serve(disk, settings)) {
            LoopDevice device = served.attach(SectorSize.BYTES_4096);
            System.out.println(device.path());
            while (System.in.read() >= 0) {
                // Until the end.
            }
        }
    }
}
