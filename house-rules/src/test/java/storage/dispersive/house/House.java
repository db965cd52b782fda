package storage.dispersive.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The source tree that the rules hold for. */
record House(Path root) {

    /** The tree that this module is built in: Maven runs tests in the module's own directory. */
    static House ofThisBuild() {
        Path root = Path.of("").toAbsolutePath().getParent();
        if (root == null || !Files.isRegularFile(root.resolve("mvnw"))) {
            throw new IllegalStateException("not run in a module's directory: " + Path.of(""));
        }
        return new House(root);
    }

    /** Every Java file of every module, main and test. */
    List<JavaSource> sources() throws IOException {
        List<Path> paths;
        try (Stream<Path> modules = Files.list(root)) {
            paths =
                    modules.map(module -> module.resolve("src"))
                            .filter(Files::isDirectory)
                            .flatMap(House::javaFiles)
                            .sorted()
                            .toList();
        }
        return paths.stream().map(path -> JavaSource.read(root, path)).toList();
    }

    /** Where the build has put the classes of a module; need not exist. */
    Path classesOf(String module) {
        return root.resolve(module).resolve("target/classes");
    }

    private static Stream<Path> javaFiles(Path sources) {
        try (Stream<Path> files = Files.walk(sources)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
