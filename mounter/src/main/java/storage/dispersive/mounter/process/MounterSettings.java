package storage.dispersive.mounter.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import storage.dispersive.linux.UserId;
import storage.dispersive.mounter.local.LocalSettings;

/**
 * What the mounter's process is started with, see {@link #USAGE}.
 *
 * @param users who may ask for everything that the mounter does
 * @param keeperUsers who may fetch and deposit descriptors, and nothing else
 * @param group of the sockets' files
 * @param owned directories to be made, or given to their owners
 */
record MounterSettings(
        LocalSettings local,
        Path socket,
        Set<UserId> users,
        Set<UserId> keeperUsers,
        OptionalInt group,
        List<Owned> owned) {

    /** A directory of another process, which may make none where it is to be. */
    record Owned(Path directory, UserId owner) {}

    static final String USAGE =
            """
            usage: MounterMain KEY=VALUE...
              state=DIR            where disks are opened, one directory for each; nobody else's
              root=DIR             beneath which volumes may be staged and published (repeatable)
              socket=FILE          the Unix socket at which it is asked
              user=UID             who may ask there, besides root (repeatable)
              keeper=FILE          the Unix socket at which it holds descriptors
              keeper-user=UID      who may fetch them, besides root: the engine (repeatable)
              other-keeper=FILE    who holds the same descriptors, if it is there (repeatable)
              own=DIR:UID          a directory that is made for another process (repeatable)
              group=GID            of both sockets' files, which lets these users in
            """;

    private static final List<String> KEYS =
            List.of(
                    "state",
                    "root",
                    "socket",
                    "user",
                    "keeper",
                    "keeper-user",
                    "other-keeper",
                    "own",
                    "group");

    /**
     * Reads arguments.
     *
     * @throws IllegalArgumentException with a sentence for whoever gave them
     */
    static MounterSettings parse(String... arguments) {
        Map<String, List<String>> given = new LinkedHashMap<>();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            String key = equals < 0 ? argument : argument.substring(0, equals);
            if (equals < 0 || !KEYS.contains(key)) {
                throw new IllegalArgumentException("'" + argument + "' is no setting");
            }
            given.computeIfAbsent(key, any -> new ArrayList<>())
                    .add(argument.substring(equals + 1));
        }
        LocalSettings local =
                LocalSettings.of(
                        path(one(given, "state")),
                        all(given, "root").map(MounterSettings::path).toList(),
                        path(one(given, "keeper")),
                        all(given, "other-keeper").map(MounterSettings::path).toList());
        return new MounterSettings(
                local,
                path(one(given, "socket")),
                users(given, "user"),
                users(given, "keeper-user"),
                group(given),
                all(given, "own").map(MounterSettings::owned).toList());
    }

    private static Owned owned(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("own=" + text + " is not DIR:UID");
        }
        return new Owned(
                path(text.substring(0, colon)),
                new UserId(number("own", text.substring(colon + 1))));
    }

    private static Set<UserId> users(Map<String, List<String>> given, String key) {
        return all(given, key)
                .map(text -> new UserId(number(key, text)))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static OptionalInt group(Map<String, List<String>> given) {
        Optional<String> text =
                given.containsKey("group") ? Optional.of(one(given, "group")) : Optional.empty();
        return text.map(gid -> OptionalInt.of(number("group", gid))).orElse(OptionalInt.empty());
    }

    private static Path path(String text) {
        Path path = Path.of(text);
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException("'" + text + "' is no absolute path");
        }
        return path;
    }

    private static Stream<String> all(Map<String, List<String>> given, String key) {
        return given.getOrDefault(key, List.of()).stream();
    }

    private static String one(Map<String, List<String>> given, String key) {
        List<String> values = given.getOrDefault(key, List.of());
        if (values.size() != 1) {
            throw new IllegalArgumentException(
                    "'" + key + "' is there " + values.size() + " times instead of once");
        }
        return values.getFirst();
    }

    private static int number(String key, String text) {
        if (!text.matches("\\d{1,9}")) {
            throw new IllegalArgumentException(key + "=" + text + " is no number");
        }
        return Integer.parseInt(text);
    }
}
