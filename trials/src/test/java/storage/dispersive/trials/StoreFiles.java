package storage.dispersive.trials;

import static java.util.stream.Collectors.toUnmodifiableList;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import storage.dispersive.seal.KeyShare;

/** What lies in the directory of one pod's store, as somebody who took its disk away sees it. */
record StoreFiles(Path directory) {

    private static final byte[] SHARE_MAGIC = {'D', 'K', 'S', 'H'};

    static StoreFiles of(TriedSan san, String pod) {
        return new StoreFiles(san.home().resolve("pods").resolve(pod).resolve("store"));
    }

    List<Path> all() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).sorted().collect(toUnmodifiableList());
        }
    }

    List<Path> segments() throws IOException {
        return ending(".segment");
    }

    /** The share of a key that stands in the store's only volume. */
    KeyShare share() throws IOException {
        List<Path> volumes = ending(".volume");
        if (volumes.size() != 1) {
            throw new AssertionError("not one volume in " + directory + ": " + volumes);
        }
        byte[] bytes = Files.readAllBytes(volumes.getFirst());
        for (int at = 0; at + KeyShare.ENCODED_BYTES <= bytes.length; at++) {
            if (ByteBuffer.wrap(bytes, at, 4).equals(ByteBuffer.wrap(SHARE_MAGIC))) {
                return KeyShare.decode(Arrays.copyOfRange(bytes, at, at + KeyShare.ENCODED_BYTES));
            }
        }
        throw new AssertionError("no share in " + volumes);
    }

    private List<Path> ending(String suffix) throws IOException {
        return all().stream()
                .filter(file -> file.toString().endsWith(suffix))
                .collect(toUnmodifiableList());
    }
}
