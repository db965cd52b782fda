package storage.dispersive.blockdevice.nbd;

import java.nio.file.Path;
import java.util.List;
import storage.dispersive.blockdevice.MemoryDisk;

/**
 * Serves a disk in memory until standard input ends, for a comparison with nbdkit's memory plugin:
 * {@code ServeMemory SOCKET MEBIBYTES at-once|own-thread}.
 */
public final class ServeMemory {

    private ServeMemory() {}

    public static void main(String[] args) throws Exception {
        if (args.length != 3) {
            throw new IllegalArgumentException("SOCKET MEBIBYTES at-once|own-thread");
        }
        long sizeBytes = Long.parseLong(args[1]) << 20;
        try (MemoryDisk disk =
                        args[2].equals("at-once")
                                ? MemoryDisk.answeringAtOnce(sizeBytes)
                                : MemoryDisk.answeringOnItsThread(sizeBytes);
                NbdServer server =
                        NbdServer.start(
                                Path.of(args[0]),
                                List.of(new NbdExport("memory", "a disk in memory", disk)))) {
            System.out.println("serving, " + server.connections() + " clients");
            while (System.in.read() >= 0) {
                // until the end of the input
            }
        }
    }
}
