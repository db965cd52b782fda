package storage.dispersive.cli.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

/** The SHA-256 of every file of a tree, by name; two trees are the same if these are. */
record Contents(Map<String, String> digests) {

    Contents {
        digests = Map.copyOf(digests);
    }

    /** One file of a tree. */
    @FunctionalInterface
    interface Reader {
        byte[] read(Path file) throws IOException;
    }

    static Contents of(SourceTree tree, Reader reader) throws IOException {
        Map<String, String> digests = new TreeMap<>();
        for (Path file : tree.files()) {
            digests.put(tree.nameOf(file), digest(reader.read(file)));
        }
        return new Contents(digests);
    }

    static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /**
     * Compares what was read back with this.
     *
     * @throws DemoFailure naming the first file that differs
     */
    void check(Contents readBack, String when) {
        TreeSet<String> names = new TreeSet<>(digests.keySet());
        names.addAll(readBack.digests.keySet());
        for (String name : names) {
            String before = digests.get(name);
            String after = readBack.digests.get(name);
            if (!Objects.equals(before, after)) {
                throw new DemoFailure(
                        name
                                + " is not what was stored, "
                                + when
                                + ": sha256 "
                                + before
                                + " before and "
                                + after
                                + " now");
            }
        }
    }
}
