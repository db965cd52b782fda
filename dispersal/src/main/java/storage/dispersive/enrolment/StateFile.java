package storage.dispersive.enrolment;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import storage.dispersive.durable.DurableFile;
import storage.dispersive.identity.IssuedIdentity;

/**
 * Where an identity is kept: one file of mode 0600 in a directory of mode 0700.
 *
 * <pre>
 *   dispersive identity 1
 *   root HEX                        of each authority that was known, the SHA-256; any number
 *   -----BEGIN PRIVATE KEY-----     PKCS#8
 *   -----BEGIN CERTIFICATE-----     the chain, the leaf first
 * </pre>
 *
 * <p>Fault model: a write is lost, or whole, as the file is replaced by a rename after it was
 * synced; key and certificate are in the one file, so they are always of one another. What rots
 * afterwards is noticed, as the signature on the certificate covers all of it and its key has to be
 * the one that is there; the identity then counts as absent.
 */
final class StateFile {

    private static final String NAME = "identity.pem";
    private static final String MAGIC = "dispersive identity ";
    private static final String VERSION = "1";
    private static final String ROOT = "root ";
    private static final String KEY = "-----BEGIN PRIVATE KEY-----";
    private static final String CERTIFICATE = "-----BEGIN CERTIFICATE-----";
    private static final int MAX_BYTES = 1 << 20;

    private final Path file;

    private StateFile(Path file) {
        this.file = file;
    }

    /**
     * The file in this directory, which is made if it is absent.
     *
     * @throws IOException if it cannot be made or written; the message says so
     */
    static StateFile in(Path directory) throws IOException {
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(
                        directory,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
            }
        } catch (IOException e) {
            throw new IOException(
                    "the directory " + directory + " for the identity cannot be made", e);
        }
        if (!Files.isWritable(directory)) {
            throw new IOException(
                    "the directory " + directory + " for the identity cannot be written to");
        }
        return new StateFile(directory.resolve(NAME));
    }

    Path file() {
        return file;
    }

    /**
     * What is kept; empty if nothing is.
     *
     * @throws IOException if it cannot be read or is something else; the message says which
     */
    Optional<KeptIdentity> read() throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        String text = new String(bytes, StandardCharsets.US_ASCII);
        int key = text.indexOf(KEY);
        int certificate = text.indexOf(CERTIFICATE);
        if (bytes.length > MAX_BYTES || key < 0 || certificate < key) {
            throw new IOException("it is damaged");
        }
        List<String> head = text.substring(0, key).lines().toList();
        if (head.isEmpty() || !head.getFirst().equals(MAGIC + VERSION)) {
            throw new IOException("it is of a version that this program does not know");
        }
        Set<String> roots =
                head.stream()
                        .filter(line -> line.startsWith(ROOT))
                        .map(line -> line.substring(ROOT.length()))
                        .collect(Collectors.toUnmodifiableSet());
        IssuedIdentity own =
                new IssuedIdentity(text.substring(certificate), text.substring(key, certificate));
        return Optional.of(new KeptIdentity(own, roots));
    }

    /** Keeps this instead of what was kept; durable when it returns. */
    void write(KeptIdentity kept) throws IOException {
        String roots =
                kept.knownRoots().stream()
                        .sorted()
                        .map(root -> ROOT + root + "\n")
                        .collect(Collectors.joining());
        String text =
                MAGIC
                        + VERSION
                        + "\n"
                        + roots
                        + kept.own().privateKeyPem()
                        + kept.own().certificatePem();
        DurableFile.replace(file, text.getBytes(StandardCharsets.US_ASCII));
    }
}
