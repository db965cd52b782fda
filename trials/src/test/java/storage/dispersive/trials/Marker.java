package storage.dispersive.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import storage.dispersive.blockdevice.nbd.client.NbdClient;

/**
 * Plaintext that is found again wherever it lies: eight bytes that occur nowhere by chance, and a
 * number that makes every block another one, over and over.
 */
record Marker(long word) {

    private static final ValueLayout.OfLong WORD =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /** {@code bytes} of plaintext, of which each 4096 are different. */
    ByteBuffer plaintext(int bytes) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes);
        while (buffer.hasRemaining()) {
            buffer.putLong(word).putLong(buffer.position() / 4096);
        }
        return buffer.flip();
    }

    /** Writes so much plaintext to an NBD disk and reads the same back. */
    void writeAndRead(Path socket, String volume, int bytes) throws IOException {
        ByteBuffer plaintext = plaintext(bytes);
        try (NbdClient client = NbdClient.connect(socket, volume)) {
            client.write(0, plaintext.duplicate());
            // Also what goes through the read-modify-write of a part of a block.
            client.write(bytes + 512, plaintext.duplicate().limit(512));
            client.flush();
            ByteBuffer back = ByteBuffer.allocateDirect(bytes);
            client.read(0, back);
            assertThat(back.flip()).isEqualTo(plaintext);
        }
    }

    /** How often the marker is in a file, at whatever byte. */
    long occurrences(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                Arena arena = Arena.ofConfined()) {
            return occurrences(
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
        }
    }

    long occurrences(MemorySegment bytes) {
        long found = 0;
        for (long at = 0; at + Long.BYTES <= bytes.byteSize(); at++) {
            if (bytes.get(WORD, at) == word) {
                found++;
            }
        }
        return found;
    }
}
