package storage.dispersive.engine.description;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import storage.dispersive.disk.VirtualDisk;
import storage.dispersive.durable.FileFailure;
import storage.dispersive.engine.AttachedVolume;
import storage.dispersive.engine.Isolation;
import storage.dispersive.engine.LinkLoop;
import storage.dispersive.engine.VolumeLink;
import storage.dispersive.enrolment.Credentials;
import storage.dispersive.portion.Code;
import storage.dispersive.portion.Epoch;
import storage.dispersive.portion.Extent;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.seal.VolumeKey;
import storage.dispersive.volume.VolumeSpec;

/**
 * All that must be known of a volume to use it from any place that reaches its pods. {@code
 * docs/try.md} describes the file.
 *
 * @param keyFile empty if the pods have the key between them
 * @param run the number of the first start of an engine, if starts are not counted in a file
 * @param portions in the order of their indexes
 * @param identity who uses the volume, if the file says so
 * @param sidecar the socket of the sidecar beside this process, which isolated connections need
 */
public record VolumeDescription(
        String name,
        VolumeSpec spec,
        Optional<Path> keyFile,
        Isolation isolation,
        long generation,
        OptionalLong run,
        List<DescribedPortion> portions,
        Optional<IdentityFiles> identity,
        Optional<Path> sidecar) {

    private static final long MOST_BYTES = 1 << 20;
    private static final long MOST_SIZE = Extent.MAX_LOGICAL_BLOCK * VirtualDisk.BLOCK_BYTES;

    private static final Pattern UUID_FORM =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    private static final String ID = "the UUID that the storage pods know the volume by";
    private static final String SIZE = "the volume's size in bytes, a multiple of 4096";
    private static final String ISOLATION = "\"Isolated\" or \"Shared\"";
    private static final String KEY = "\"Dispersed\", or \"file:PATH\" of a file with 32 bytes";
    private static final String GENERATION =
            "the generation of the attachment, above that of whoever used the volume before";
    private static final String RUN =
            "a number above that of every earlier start in this generation; the next is used too";
    private static final String PORTIONS = "a list of the volume's portions, each an object";
    private static final String IDENTITY =
            "a directory with tls.crt, tls.key and ca.crt, or an object of certificate, key and"
                    + " authority";

    public VolumeDescription {
        portions = List.copyOf(portions);
    }

    /**
     * Reads a description.
     *
     * @throws DescriptionException whatever is wrong with it
     */
    public static VolumeDescription read(Path file) {
        return of(new Fields(file.toString(), "", json(file.toString(), text(file))));
    }

    /**
     * The same from text.
     *
     * @param source what errors call it
     */
    public static VolumeDescription parse(String source, String text) {
        return of(new Fields(source, "", json(source, text)));
    }

    private static VolumeDescription of(Fields fields) {
        fields.checkNames(
                List.of(
                        "volumeId",
                        "name",
                        "sizeBytes",
                        "data",
                        "redundancy",
                        "key",
                        "isolation",
                        "generation",
                        "run",
                        "identity",
                        "sidecar",
                        "portions"));
        String id = id(fields);
        Isolation isolation = isolation(fields);
        List<DescribedPortion> portions = portions(fields, isolation);
        VolumeSpec spec =
                new VolumeSpec(
                        VolumeId.parse(id),
                        size(fields),
                        code(fields, portions.size()),
                        portions.stream().map(DescribedPortion::member).toList());
        return new VolumeDescription(
                fields.optionalText("name", "what people call the volume").orElse(id),
                spec,
                keyFile(fields),
                isolation,
                fields.number("generation", 1, Long.MAX_VALUE, GENERATION),
                fields.optionalNumber("run", 1, Long.MAX_VALUE - 1, RUN),
                portions,
                identity(fields),
                fields.optionalText("sidecar", "the path of the sidecar's Unix socket")
                        .map(Path::of));
    }

    /** The same volume, which has grown. */
    public VolumeDescription withSize(long sizeBytes) {
        return new VolumeDescription(
                name,
                new VolumeSpec(spec.id(), sizeBytes, spec.code(), spec.members()),
                keyFile,
                isolation,
                generation,
                run,
                portions,
                identity,
                sidecar);
    }

    /**
     * Reads the key's file, if there is one, and looks whether there is a sidecar if one is needed.
     */
    public void checkFiles() {
        keyFile.map(RawKeyFile::new).map(RawKeyFile::read).ifPresent(VolumeKey::close);
        if (isolation == Isolation.ISOLATED && sidecar.isEmpty()) {
            throw noSidecar();
        }
    }

    /** Who uses the volume, which must be said here. */
    public IdentityFiles identityFiles() {
        return identity.orElseThrow(() ->
                new DescriptionException(
                        "nobody said who uses the volume",
                        "name a directory with tls.crt, tls.key and ca.crt as its identity"));
    }

    /** What an engine is to serve in this epoch. */
    public AttachedVolume attached(Epoch epoch) {
        Map<String, String> peers =
                portions.stream()
                        .collect(
                                Collectors.toMap(
                                        portion -> portion.member().podName(),
                                        DescribedPortion::address));
        return new AttachedVolume(name, spec, epoch, keyFile.map(RawKeyFile::new), peers);
    }

    /** The way to the pods, as who may use the volume; its end is the caller's. */
    public VolumeLink link(Credentials identity, LinkLoop loop) {
        return switch (isolation) {
            case SHARED ->
                    VolumeLink.shared(
                            loop, identity, spec.id(), bySlot(DescribedPortion::endpoint));
            case ISOLATED ->
                    VolumeLink.isolated(
                            loop,
                            identity,
                            spec.id(),
                            sidecar.orElseThrow(VolumeDescription::noSidecar),
                            bySlot(DescribedPortion::sidecar));
        };
    }

    private <T> Map<Integer, T> bySlot(Function<DescribedPortion, T> place) {
        return portions.stream()
                .collect(Collectors.toMap(portion -> portion.member().slot(), place));
    }

    static DescriptionException noSidecar() {
        return new DescriptionException(
                "isolated connections need a sidecar, and nobody said where it is",
                "give --sidecar, the Unix socket of the vnet container beside this one");
    }

    private static String text(Path file) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new DescriptionException(
                        file + " is too long to describe a volume", wanted());
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw new DescriptionException(
                    file + " cannot be read: " + FileFailure.reason(e),
                    "name a file that describes a volume",
                    e);
        }
    }

    private static JsonNode json(String source, String text) {
        try {
            JsonNode node = JsonMapper.builder().build().readTree(text);
            if (!node.isObject()) {
                throw new DescriptionException(source + " holds no JSON object", wanted());
            }
            return node;
        } catch (JsonProcessingException e) {
            throw new DescriptionException(
                    "%s is no JSON: %s in line %d"
                            .formatted(
                                    source,
                                    String.valueOf(e.getOriginalMessage())
                                            .lines()
                                            .findFirst()
                                            .get(),
                                    e.getLocation().getLineNr()),
                    wanted(),
                    e);
        }
    }

    private static String wanted() {
        return "write a description as docs/try.md shows it";
    }

    private static String id(Fields fields) {
        String id = fields.text("volumeId", ID);
        if (!UUID_FORM.matcher(id).matches()) {
            throw fields.wrong("volumeId", "is '" + id + "'", ID);
        }
        return id;
    }

    private static long size(Fields fields) {
        long size = fields.number("sizeBytes", VirtualDisk.BLOCK_BYTES, MOST_SIZE, SIZE);
        if (size % VirtualDisk.BLOCK_BYTES != 0) {
            throw fields.wrong("sizeBytes", "is " + size, SIZE);
        }
        return size;
    }

    private static Isolation isolation(Fields fields) {
        String text = fields.text("isolation", ISOLATION);
        return switch (text) {
            case "Isolated" -> Isolation.ISOLATED;
            case "Shared" -> Isolation.SHARED;
            default -> throw fields.wrong("isolation", "is '" + text + "'", ISOLATION);
        };
    }

    private static Code code(Fields fields, int portions) {
        int most = Code.MAX_PORTIONS;
        int data = (int) fields.number("data", 1, most - 1, "how many data portions: 1 to 31");
        int redundancy =
                (int) fields.number("redundancy", 1, most - 1, "how many may be lost: 1 to 31");
        if (data + redundancy > most) {
            throw fields.wrong(
                    "redundancy",
                    "makes " + (data + redundancy) + " portions",
                    "data and redundancy that are at most " + most + " together");
        }
        if (portions != data + redundancy) {
            throw fields.wrong(
                    "portions",
                    "has " + portions + " elements",
                    "one for each of the " + data + " + " + redundancy + " portions");
        }
        return new Code(data, redundancy);
    }

    private static List<DescribedPortion> portions(Fields fields, Isolation isolation) {
        List<Fields> elements = fields.objects("portions", PORTIONS);
        if (elements.isEmpty()) {
            throw fields.wrong("portions", "is empty", PORTIONS);
        }
        DescribedPortion[] byIndex = new DescribedPortion[elements.size()];
        for (Fields element : elements) {
            DescribedPortion portion = DescribedPortion.read(element, isolation);
            int index = portion.member().slot();
            if (index >= byIndex.length) {
                throw element.wrong(
                        "index",
                        "is " + index,
                        "each of 0 to " + (byIndex.length - 1) + " once, as there are so many");
            }
            if (byIndex[index] != null) {
                throw element.wrong(
                        "index", "is " + index + " again", "each portion's own index, once");
            }
            for (DescribedPortion other : byIndex) {
                if (other != null && other.member().podName().equals(portion.member().podName())) {
                    throw element.wrong(
                            "pod",
                            "is that of another portion too",
                            "a pod of its own for each portion");
                }
            }
            byIndex[index] = portion;
        }
        return Collections.unmodifiableList(Arrays.asList(byIndex));
    }

    private static Optional<Path> keyFile(Fields fields) {
        String key = fields.text("key", KEY);
        if (key.equals("Dispersed")) {
            return Optional.empty();
        }
        if (!key.startsWith("file:") || key.length() == "file:".length()) {
            // It is not repeated: somebody may have written the key itself.
            throw fields.wrong("key", "does not say where the key is", KEY);
        }
        return Optional.of(Path.of(key.substring("file:".length())));
    }

    private static Optional<IdentityFiles> identity(Fields fields) {
        if (!fields.has("identity")) {
            return Optional.empty();
        }
        if (fields.node().get("identity").isTextual()) {
            return Optional.of(IdentityFiles.in(Path.of(fields.text("identity", IDENTITY))));
        }
        Fields files = fields.object("identity", IDENTITY);
        files.checkNames(List.of("certificate", "key", "authority"));
        return Optional.of(
                new IdentityFiles(
                        Path.of(files.text("certificate", "the file of the certificate")),
                        Path.of(files.text("key", "the file of the certificate's key")),
                        Path.of(files.text("authority", "the file of the authorities"))));
    }
}
