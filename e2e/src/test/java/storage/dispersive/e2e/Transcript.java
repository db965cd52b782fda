package storage.dispersive.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Commands and their outputs as {@code docs/kubectl.md} has them: a line {@code $ command},
 * indented by four, and what it says below. With {@code -Ddocs.write=true} these are written anew.
 */
final class Transcript {

    private static final Path FILE = Path.of("..", "docs", "kubectl.md");
    private static final String INDENT = "    ";

    private static final Pattern EVENT =
            Pattern.compile(
                    " *(?<type>Normal|Warning) +(?<reason>[A-Za-z]+) .* dispersive-operator +"
                            + "(?<aspect>[A-Za-z]+): .*");

    /** What volumes and pools may or may not be seen at before they serve. */
    private static final Set<String> ON_THE_WAY =
            Set.of("ClaimPending", "PodsStarting", "PodsMissing", "TooFewPods", "Founding");

    private final String prefix;

    /**
     * @param prefix of all commands, which the documentation leaves out
     */
    Transcript(String prefix) {
        this.prefix = prefix;
    }

    /** Runs a command and compares what it says, but for what differs from run to run. */
    void compare(String command) {
        String said =
                Command.run((prefix + command).split(" "))
                        .lines()
                        .map(Transcript::normal)
                        .reduce("", (text, line) -> text + (INDENT + line).stripTrailing() + "\n");
        String title = INDENT + "$ kubectl " + command;
        try {
            List<String> lines = Files.readAllLines(FILE);
            int begin = lines.indexOf(title) + 1;
            assertThat(begin).as("the documentation has '" + title + "'").isPositive();
            int end = begin;
            while (end < lines.size()
                    && (lines.get(end).isEmpty() || lines.get(end).startsWith(INDENT))
                    && !lines.get(end).startsWith(INDENT + "$ ")) {
                end++;
            }
            while (lines.get(end - 1).isEmpty()) {
                end--;
            }
            if (Boolean.getBoolean("docs.write")) {
                List<String> written = new ArrayList<>(lines.subList(0, begin));
                written.addAll(said.stripTrailing().lines().toList());
                written.addAll(lines.subList(end, lines.size()));
                Files.write(FILE, written);
            } else {
                assertThat(lasting(said.stripTrailing().lines()))
                        .as(command)
                        .isEqualTo(lasting(lines.subList(begin, end).stream()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Of events, which come last, those that are there whatever the way was: type, reason and
     * aspect of each, in order.
     */
    private static List<String> lasting(Stream<String> lines) {
        List<String> all = lines.toList();
        int events = all.indexOf(INDENT + "Events:");
        if (events < 0) {
            return all;
        }
        List<String> lasting = new ArrayList<>(all.subList(0, events));
        all.stream()
                .skip(events + 1L)
                .map(EVENT::matcher)
                .filter(Matcher::matches)
                .filter(it -> !ON_THE_WAY.contains(it.group("reason")))
                .map(it -> it.group("type") + " " + it.group("reason") + " " + it.group("aspect"))
                .sorted()
                .forEach(lasting::add);
        return lasting;
    }

    /** Times, addresses, ids and nodes are others each time; columns stay where they are. */
    private static String normal(String line) {
        return line.replaceAll("\\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\b", "ID")
                .replaceAll("\\b[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]+Z\\b", "TIME")
                .replaceAll("\\b10\\.[0-9.]+\\b", "ADDRESS")
                .replaceAll("\\b[0-9a-f]{16}\\b", "LIFE")
                .replaceAll("dispersive-worker[0-9]*", "NODE")
                .replaceAll("(Resource Version: +)[0-9]+", "$1VERSION")
                .replaceAll("\\b([0-9]+m)?[0-9]+[sm]$", "AGE")
                .replaceAll("\\b([0-9]+m)?[0-9]+s( +)(shared|<none>)", "AGE$2$3");
    }
}
