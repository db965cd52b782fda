package storage.dispersive.engine.host;

import java.net.URI;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import storage.dispersive.enrolment.VolumeEnrolmentSettings;
import storage.dispersive.linux.UserId;

/**
 * How the process runs.
 *
 * @param socket where it is asked
 * @param users who may ask, besides root and its own user
 * @param state a directory on the node's disk, for this process alone and its successors
 * @param keeper the socket of the keeper of the process that mounts
 * @param secondKeeper that of the sidecar, if there is one
 * @param enrolment where identities of volumes come from, if not from files
 * @param pod whose process it is: one of another pod hands over to a later one only
 * @param slots buffers of requests that all volumes share, a MiB each
 * @param openers volumes that are started at the same time
 * @param graceSeconds how long it serves after SIGTERM while it has volumes
 */
record HostSettings(
        Path socket,
        Set<UserId> users,
        Path state,
        Path keeper,
        Optional<Path> secondKeeper,
        Optional<VolumeEnrolmentSettings> enrolment,
        String pod,
        int slots,
        int openers,
        int graceSeconds) {

    static final String USAGE =
            """
            usage: EngineHostMain KEY=VALUE...
              socket=FILE        the Unix socket at which it is asked
              user=UID,UID       who may ask, besides root and its own user
              state=DIR          a directory on the node's disk
              keeper=FILE        the keeper of the process that mounts
              second-keeper=FILE that of the sidecar
              enrol=URL          the identity service for volumes; else descriptions name files
              token=FILE         what shows the service who asks
              authority=FILE     the authorities that are trusted
              pod=NAME           whose process it is
              slots=N            buffers that all volumes share, 1 MiB each; 48 unless given
              openers=N          volumes that are started at the same time; 8 unless given
              grace=SECONDS      how long it serves after SIGTERM; 300 unless given
            """;

    private static final List<String> KEYS =
            List.of(
                    "socket",
                    "user",
                    "state",
                    "keeper",
                    "second-keeper",
                    "enrol",
                    "token",
                    "authority",
                    "pod",
                    "slots",
                    "openers",
                    "grace");

    HostSettings {
        users = Set.copyOf(users);
    }

    /**
     * Reads arguments.
     *
     * @throws IllegalArgumentException with a sentence for whoever gave them
     */
    static HostSettings parse(String... arguments) {
        Map<String, String> given = new LinkedHashMap<>();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            String key = equals < 0 ? argument : argument.substring(0, equals);
            if (equals < 0 || !KEYS.contains(key)) {
                throw new IllegalArgumentException("'" + argument + "' is no setting");
            }
            if (given.put(key, argument.substring(equals + 1)) != null) {
                throw new IllegalArgumentException(key + " is given twice");
            }
        }
        return new HostSettings(
                path(given, "socket"),
                users(given.getOrDefault("user", "")),
                path(given, "state"),
                path(given, "keeper"),
                Optional.ofNullable(given.get("second-keeper"))
                        .map(file -> Path.of(file).toAbsolutePath()),
                enrolment(given),
                pod(needed(given, "pod")),
                number(given, "slots", 48, 1, 1024),
                number(given, "openers", 8, 1, 64),
                number(given, "grace", 300, 0, 86_400));
    }

    private static String needed(Map<String, String> given, String key) {
        String value = given.get(key);
        if (value == null || value.isEmpty()) {
            throw new IllegalArgumentException(key + "= is missing");
        }
        return value;
    }

    private static Path path(Map<String, String> given, String key) {
        return Path.of(needed(given, key)).toAbsolutePath();
    }

    private static Optional<VolumeEnrolmentSettings> enrolment(Map<String, String> given) {
        if (!given.containsKey("enrol")) {
            return Optional.empty();
        }
        return Optional.of(
                new VolumeEnrolmentSettings(
                        URI.create(needed(given, "enrol")),
                        path(given, "token"),
                        path(given, "authority")));
    }

    private static String pod(String name) {
        if (!name.matches("[A-Za-z0-9._-]{1,253}")) {
            throw new IllegalArgumentException("'" + name + "' is no name of a pod");
        }
        return name;
    }

    private static Set<UserId> users(String text) {
        Set<UserId> users = new HashSet<>();
        for (String uid : new TreeSet<>(List.of(text.split(",", -1)))) {
            if (!uid.isEmpty()) {
                users.add(new UserId(within("user", uid, 0, Integer.MAX_VALUE)));
            }
        }
        return users;
    }

    private static int number(
            Map<String, String> given, String key, int usual, int least, int most) {
        String text = given.get(key);
        return text == null ? usual : within(key, text, least, most);
    }

    private static int within(String key, String text, int least, int most) {
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(key + "=" + text + " is no number", e);
        }
        throw new IllegalArgumentException(
                key + "=" + text + " is not between " + least + " and " + most);
    }
}
