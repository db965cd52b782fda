package storage.dispersive.cli.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import storage.dispersive.blockdevice.nbd.NbdExport;
import storage.dispersive.blockdevice.nbd.NbdServer;
import storage.dispersive.disk.VirtualDisk;

/** The disk on a Unix socket. Clients may connect before the volume serves; they wait then. */
final class NbdFace implements DiskFace {

    private final Path socket;
    private final NbdServer server;

    private NbdFace(Path socket, NbdServer server) {
        this.socket = socket;
        this.server = server;
    }

    static NbdFace open(EngineFiles files, String volume, VirtualDisk disk) throws IOException {
        NbdExport export = new NbdExport(volume, "dispersive volume " + volume, disk);
        return new NbdFace(files.nbdSocket(), NbdServer.start(files.nbdSocket(), List.of(export)));
    }

    @Override
    public String device() {
        return socket.toString();
    }

    @Override
    public void volumeServes() {}

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the NBD socket cannot be closed", e);
        }
    }
}
