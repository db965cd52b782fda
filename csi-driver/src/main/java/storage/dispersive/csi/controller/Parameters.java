package storage.dispersive.csi.controller;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import storage.dispersive.csi.controller.Layout.Claims;
import storage.dispersive.csi.controller.Layout.Geometry;
import storage.dispersive.csi.controller.Layout.Home;
import storage.dispersive.csi.controller.Layout.InPool;
import storage.dispersive.csi.controller.Layout.Isolation;
import storage.dispersive.csi.controller.Layout.OwnPods;
import storage.dispersive.csi.controller.Layout.Placement;
import storage.dispersive.csi.controller.Layout.WhenUnsatisfiable;

/**
 * Reads the parameters of a StorageClass, which carry the same words as the resource. What nobody
 * knows is refused, as a mistyped word would otherwise be a volume with less redundancy than asked
 * for.
 */
final class Parameters {

    private static final String POOL = "pool";
    private static final String DATA = "data";
    private static final String REDUNDANCY = "redundancy";
    private static final String ISOLATION = "isolation";
    private static final String STORAGE_CLASS = "storageClassName";
    private static final String OVERHEAD = "overhead";
    private static final String TOPOLOGY_KEY = "topologyKey";
    private static final String WHEN_UNSATISFIABLE = "whenUnsatisfiable";
    private static final String PORTIONS_PER_DOMAIN = "portionsPerDomain";
    private static final String KEY = "key";
    private static final String KEY_SECRET = "keySecret";

    private static final TreeSet<String> KNOWN =
            new TreeSet<>(
                    Set.of(
                            POOL,
                            DATA,
                            REDUNDANCY,
                            ISOLATION,
                            STORAGE_CLASS,
                            OVERHEAD,
                            TOPOLOGY_KEY,
                            WHEN_UNSATISFIABLE,
                            PORTIONS_PER_DOMAIN,
                            KEY,
                            KEY_SECRET));

    private static final Pattern OBJECT_NAME =
            Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");
    private static final Pattern LABEL_KEY =
            Pattern.compile(
                    "([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?"
                            + "[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");
    private static final int MIN_OVERHEAD = 10;
    private static final int MAX_OVERHEAD = 400;

    private final Map<String, String> given;

    private Parameters(Map<String, String> given) {
        this.given = new TreeMap<>(given);
    }

    /**
     * What a volume with these parameters is like.
     *
     * @throws BadParameterException if one of them cannot be, or is not known
     */
    static Layout read(Map<String, String> given) throws BadParameterException {
        return new Parameters(given).layout();
    }

    private Layout layout() throws BadParameterException {
        for (String name : given.keySet()) {
            if (!KNOWN.contains(name)) {
                throw new BadParameterException(
                        name, "is not known; there are: " + String.join(", ", KNOWN));
            }
        }
        Geometry geometry = geometry();
        return new Layout(geometry, home(geometry), isolation(), key());
    }

    private Geometry geometry() throws BadParameterException {
        Geometry usual = Layout.DEFAULT.geometry();
        int data = number(DATA, usual.data(), new Range(1, Geometry.MAX));
        int redundancy = number(REDUNDANCY, usual.redundancy(), new Range(1, Geometry.MAX));
        if (data + redundancy > Geometry.MAX_TOGETHER) {
            throw new BadParameterException(
                    DATA,
                    "and redundancy are together at most "
                            + Geometry.MAX_TOGETHER
                            + ", not "
                            + (data + redundancy));
        }
        return new Geometry(data, redundancy);
    }

    private Home home(Geometry geometry) throws BadParameterException {
        Optional<String> pool = name(POOL, OBJECT_NAME, "the name of a DispersivePool");
        if (pool.isEmpty()) {
            return ownPods(geometry);
        }
        for (String name :
                new String[] {
                    STORAGE_CLASS, OVERHEAD, TOPOLOGY_KEY, WHEN_UNSATISFIABLE, PORTIONS_PER_DOMAIN
                }) {
            if (given.containsKey(name)) {
                throw new BadParameterException(
                        name, "is the pool's when there is a pool; remove one of both");
            }
        }
        return new InPool(pool.get());
    }

    private OwnPods ownPods(Geometry geometry) throws BadParameterException {
        Placement usual = OwnPods.DEFAULT.placement();
        Placement placement =
                new Placement(
                        name(TOPOLOGY_KEY, LABEL_KEY, "the name of a label of nodes")
                                .orElse(usual.topologyKey()),
                        oneOf(
                                WHEN_UNSATISFIABLE,
                                Map.of(
                                        "DoNotSchedule", WhenUnsatisfiable.DO_NOT_SCHEDULE,
                                        "ScheduleAnyway", WhenUnsatisfiable.SCHEDULE_ANYWAY),
                                usual.whenUnsatisfiable()),
                        number(
                                PORTIONS_PER_DOMAIN,
                                usual.portionsPerDomain(),
                                new Range(1, Geometry.MAX)));
        if (placement.whenUnsatisfiable() == WhenUnsatisfiable.DO_NOT_SCHEDULE
                && placement.portionsPerDomain() > geometry.redundancy()) {
            throw new BadParameterException(
                    PORTIONS_PER_DOMAIN,
                    "is more than redundancy, so one failure domain could take the volume along;"
                            + " choose a smaller one, or whenUnsatisfiable: ScheduleAnyway if that"
                            + " is acceptable");
        }
        return new OwnPods(
                new Claims(
                        name(STORAGE_CLASS, OBJECT_NAME, "the name of a StorageClass"), overhead()),
                placement);
    }

    private int overhead() throws BadParameterException {
        String text = given.get(OVERHEAD);
        if (text == null) {
            return OwnPods.DEFAULT.claims().overheadPercent();
        }
        if (!text.matches("[0-9]{2,3}%")) {
            throw new BadParameterException(OVERHEAD, "is a percentage such as 25%");
        }
        return inRange(
                OVERHEAD,
                Integer.parseInt(text.substring(0, text.length() - 1)),
                new Range(MIN_OVERHEAD, MAX_OVERHEAD));
    }

    private Isolation isolation() throws BadParameterException {
        return oneOf(
                ISOLATION,
                Map.of("Isolated", Isolation.ISOLATED, "Shared", Isolation.SHARED),
                Layout.DEFAULT.isolation());
    }

    private Layout.Key key() throws BadParameterException {
        Optional<String> secret = name(KEY_SECRET, OBJECT_NAME, "the name of a Secret");
        boolean isInSecret =
                oneOf(KEY, Map.of("Dispersed", Boolean.FALSE, "Secret", Boolean.TRUE), false);
        if (isInSecret && secret.isEmpty()) {
            throw new BadParameterException(
                    KEY,
                    "is Secret, and keySecret does not name one in the namespace of the volumes");
        }
        if (!isInSecret && secret.isPresent()) {
            throw new BadParameterException(KEY, "must be Secret where there is a keySecret");
        }
        return secret.<Layout.Key>map(Layout.Key.InSecret::new)
                .orElseGet(Layout.Key.Dispersed::new);
    }

    private record Range(int least, int most) {}

    private int number(String name, int usual, Range range) throws BadParameterException {
        String text = given.get(name);
        if (text == null) {
            return usual;
        }
        if (!text.matches("[0-9]{1,9}")) {
            throw new BadParameterException(
                    name, "is a number from " + range.least + " to " + range.most);
        }
        return inRange(name, Integer.parseInt(text), range);
    }

    private static int inRange(String name, int number, Range range) throws BadParameterException {
        if (number < range.least || number > range.most) {
            throw new BadParameterException(
                    name, "is from " + range.least + " to " + range.most + ", not " + number);
        }
        return number;
    }

    private Optional<String> name(String name, Pattern form, String meaning)
            throws BadParameterException {
        String text = given.get(name);
        if (text != null && !form.matcher(text).matches()) {
            throw new BadParameterException(name, "is " + meaning);
        }
        return Optional.ofNullable(text);
    }

    private <T> T oneOf(String name, Map<String, T> words, T usual) throws BadParameterException {
        String text = given.get(name);
        if (text == null) {
            return usual;
        }
        T meant = words.get(text);
        if (meant == null) {
            throw new BadParameterException(
                    name, "is one of " + String.join(", ", new TreeSet<>(words.keySet())));
        }
        return meant;
    }
}
