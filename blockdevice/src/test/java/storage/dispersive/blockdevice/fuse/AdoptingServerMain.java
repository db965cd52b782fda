package storage.dispersive.blockdevice.fuse;

import java.nio.file.Path;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.linux.keeper.DescriptorName;
import storage.dispersive.linux.keeper.KeeperClient;

/**
 * A server to be killed: fetches the descriptor from a keeper and serves a disk whose bytes are in
 * a file on tmpfs. Arguments: keeper's socket, descriptor's name, file, size, serve or adopt.
 */
final class AdoptingServerMain {

    private AdoptingServerMain() {}

    public static void main(String[] arguments) throws Exception {
        KeeperClient keeper = new KeeperClient(Path.of(arguments[0]));
        Descriptor device = keeper.fetch(new DescriptorName(arguments[1])).orElseThrow();
        LateDisk disk =
                new LateDisk(new MemoryDisk(Path.of(arguments[2]), Long.parseLong(arguments[3])));
        FuseSettings settings = new FuseSettings(2, 16, 1 << 20, 1_000);
        FuseSession session =
                arguments[4].equals("adopt")
                        ? FuseSession.adopt(device, disk, settings)
                        : FuseSession.serve(device, disk, settings);
        System.out.println("serving");
        // A count for each byte; ends when the test closes the pipe, or kills.
        while (System.in.read() >= 0) {
            System.out.println(session.status().resent());
        }
    }
}
