package storage.dispersive.trials;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import storage.dispersive.blockdevice.nbd.client.NbdClient;

/** One block of a volume, read and written past all caches of this machine. Used by one thread. */
interface Block extends AutoCloseable {

    int BYTES = 4096;

    /** Returns when the bytes are with the pods. */
    void write(ByteBuffer bytes) throws IOException;

    void read(ByteBuffer bytes) throws IOException;

    @Override
    void close() throws IOException;

    /** The block at {@code offset} of an NBD export, over a connection of its own. */
    static Block ofNbd(Path socket, String export, long offset) throws IOException {
        NbdClient client = NbdClient.connect(socket, export);
        return new Block() {
            @Override
            public void write(ByteBuffer bytes) throws IOException {
                client.write(offset, bytes);
            }

            @Override
            public void read(ByteBuffer bytes) throws IOException {
                client.read(offset, bytes);
            }

            @Override
            public void close() {
                client.close();
            }
        };
    }

    /** The first block of a file, which is made. */
    static Block ofFile(Path file) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        directly());
        return new Block() {
            @Override
            public void write(ByteBuffer bytes) throws IOException {
                requireWhole(channel.write(bytes.duplicate(), 0));
            }

            @Override
            public void read(ByteBuffer bytes) throws IOException {
                requireWhole(channel.read(bytes.duplicate(), 0));
            }

            private void requireWhole(int moved) throws IOException {
                if (moved != BYTES) {
                    throw new IOException(moved + " bytes moved of a block on " + file);
                }
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }

    /** O_DIRECT. The compiler warns of whoever names the option, and cannot be told not to. */
    private static OpenOption directly() throws IOException {
        try {
            Class<?> options = Class.forName("com.sun.nio.file.ExtendedOpenOption");
            for (Object option : options.getEnumConstants()) {
                if (option.toString().equals("DIRECT")) {
                    return (OpenOption) option;
                }
            }
        } catch (ClassNotFoundException e) {
            throw new IOException("this JDK cannot open files past the cache", e);
        }
        throw new IOException("this JDK cannot open files past the cache");
    }
}
