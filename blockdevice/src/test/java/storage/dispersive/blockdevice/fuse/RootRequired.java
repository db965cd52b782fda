package storage.dispersive.blockdevice.fuse;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import storage.dispersive.blockdevice.loop.FuseMount;
import storage.dispersive.linux.UserId;

/** Skips what needs root and the kernel's devices; a build with CI=true must not skip. */
final class RootRequired {

    private RootRequired() {}

    static void check() {
        boolean able =
                UserId.effective().isRoot()
                        && Files.exists(FuseMount.DEVICE)
                        && Files.exists(Path.of("/dev/loop-control"));
        if (!able && !"true".equals(System.getenv("CI"))) {
            Assumptions.abort("needs root, /dev/fuse and /dev/loop-control");
        }
    }

    /** Skips what needs a program that is not there. */
    static void program(String name) {
        boolean there =
                Files.exists(Path.of("/usr/bin", name)) || Files.exists(Path.of("/usr/sbin", name));
        if (!there && !"true".equals(System.getenv("CI"))) {
            Assumptions.abort("needs " + name);
        }
    }
}
