package storage.dispersive.house;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The rules on how a source file may look. Each gives one line per place where it is broken. */
final class SizeRules {

    static final int MAX_FILE_LINES = 500;
    static final int MAX_METHOD_LINES = 69;
    static final int MAX_COLUMNS = 100;

    /** Names that say nothing: behaviour lives on the type that owns it. */
    private static final Pattern EMPTY_NAME =
            Pattern.compile(".*(Utils?|Helpers?|Common|Managers?|Constants?)");

    private SizeRules() {}

    static List<String> longFiles(JavaSource source) {
        int lines = source.lines().size();
        return lines <= MAX_FILE_LINES
                ? List.of()
                : List.of(source.place() + ": " + lines + " lines; split it by state or by duty");
    }

    static List<String> longMethods(JavaSource source) throws IOException {
        return Methods.in(source).stream()
                .filter(method -> method.lines() > MAX_METHOD_LINES)
                .map(method ->
                        "%s:%d: %s takes %d lines"
                                .formatted(
                                        source.place(),
                                        method.firstLine(),
                                        method.name(),
                                        method.lines()))
                .toList();
    }

    /** But for imports: others choose these names, and the formatter leaves them whole. */
    static List<String> longLines(JavaSource source) {
        List<String> lines = source.lines();
        List<String> broken = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            int columns = lines.get(i).codePointCount(0, lines.get(i).length());
            if (columns > MAX_COLUMNS && !lines.get(i).startsWith("import ")) {
                broken.add("%s:%d: %d columns".formatted(source.place(), i + 1, columns));
            }
        }
        return broken;
    }

    static List<String> emptyNames(JavaSource source) {
        return EMPTY_NAME.matcher(source.name()).matches()
                ? List.of(source.place() + ": the name does not say what it is for")
                : List.of();
    }

    /** Test sources may rely on the declaration that stands beside the main ones. */
    static List<String> packagesWithoutNullMarked(List<JavaSource> sources) {
        Set<String> marked =
                sources.stream()
                        .filter(source -> source.name().equals("package-info"))
                        .filter(source -> source.lines().contains("@NullMarked"))
                        .map(SizeRules::packageOf)
                        .collect(Collectors.toSet());
        return sources.stream()
                .map(SizeRules::packageOf)
                .distinct()
                .filter(name -> !marked.contains(name))
                .map(name -> name + ": no package-info.java with @NullMarked")
                .sorted()
                .toList();
    }

    private static String packageOf(JavaSource source) {
        return source.module() + ": " + source.packagePath();
    }
}
