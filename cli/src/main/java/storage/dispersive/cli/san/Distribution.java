package storage.dispersive.cli.san;

import java.io.File;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import storage.dispersive.cli.state.SanException;

/**
 * Where the parts of this program are: the storage pod's jar beside the command line's own.
 *
 * @param directory holds {@code cli} and {@code storage-pod}
 */
public record Distribution(Path directory) {

    /** Names the directory where it is not found beside this program, as in tests. */
    public static final String PROPERTY = "dispersive.dist";

    private static final Path POD_JAR = Path.of("storage-pod", "storage-pod.jar");

    public static Distribution locate() {
        String named = System.getProperty(PROPERTY, "");
        if (!named.isEmpty()) {
            return new Distribution(Path.of(named).toAbsolutePath());
        }
        Optional<Path> self = ownCode();
        for (Path at = self.orElse(null); at != null; at = at.getParent()) {
            if (Files.isRegularFile(at.resolve(POD_JAR))) {
                return new Distribution(at);
            }
            if (Files.isRegularFile(at.resolve("dist").resolve(POD_JAR))) {
                return new Distribution(at.resolve("dist"));
            }
        }
        throw SanException.failed(
                "the storage pod's program is not beside this one",
                "run ./dispersive at the root of the sources, which builds both");
    }

    Path podJar() {
        return directory.resolve(POD_JAR);
    }

    /** Options of the pod's JVM, as an argument file. */
    Path podOptions() {
        return directory.resolve("storage-pod").resolve("jvm.options");
    }

    /** The AOT cache that the build made for the pod; the JVM ignores one that does not fit. */
    Path podCache() {
        return directory.resolve("storage-pod").resolve("storage-pod.aot");
    }

    /** The sources that this program was built from, if it still lies among them. */
    public Optional<Path> sources() {
        Path parent = directory.getParent();
        return parent != null && Files.isRegularFile(parent.resolve("mvnw"))
                ? Optional.of(parent)
                : Optional.empty();
    }

    /** The class path of this process, for another one that starts in another directory. */
    static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static Optional<Path> ownCode() {
        CodeSource source = Distribution.class.getProtectionDomain().getCodeSource();
        URL location = source == null ? null : source.getLocation();
        if (location == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Path.of(location.toURI()));
        } catch (URISyntaxException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
