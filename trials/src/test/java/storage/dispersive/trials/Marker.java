package storage.dispersive.trials;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

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
