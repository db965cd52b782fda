package storage.dispersive.cli.state;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import storage.dispersive.linux.UserId;

/** How an attached volume is shown to this machine. */
public enum Face {
    /** On a Unix socket, to programs that speak the NBD protocol; needs no privileges. */
    NBD,
    /** As a loop device, through FUSE; needs root. */
    FUSE;

    public static Face parse(String text) {
        for (Face face : values()) {
            if (face.toString().equals(text)) {
                return face;
            }
        }
        throw SanException.usage("there is no face '" + text + "'", "choose nbd or fuse");
    }

    /** What root can have everywhere, and what everybody can have. */
    public static Face forThisUser() {
        return UserId.effective().isRoot() && Files.exists(Path.of("/dev/fuse")) ? FUSE : NBD;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
