package storage.dispersive.operator.app;

import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import storage.dispersive.enrolment.EnrolmentSettings;
import storage.dispersive.operator.identity.Authority;
import storage.dispersive.operator.identity.AuthoritySettings;
import storage.dispersive.operator.identity.NodePlugin;
import storage.dispersive.operator.identity.ServiceSettings;
import storage.dispersive.operator.pods.PodProfile;
import storage.dispersive.operator.reconcile.AllowedNamespaces;

/**
 * The settings of the operator, each within its range.
 *
 * @param podName by which other replicas know it; empty where there are none
 */
record OperatorSettings(
        String namespace,
        Optional<String> podName,
        AllowedNamespaces allowedNamespaces,
        PodProfile profile,
        AuthoritySettings authority,
        ServiceSettings identity) {

    private static final String PREFIX = "dispersive.operator.";
    private static final Pattern RANGE = Pattern.compile("(\\d{1,5})-(\\d{1,5})");
    private static final Set<String> PULL_POLICIES = Set.of("Always", "IfNotPresent", "Never");
    private static final String ANY_ADDRESS = "0.0.0.0";
    private static final int MAX_PORT = 65_535;
    private static final int MAX_CERTIFICATE_HOURS = 720;

    static OperatorSettings of(OperatorConfiguration given) throws BadSettingException {
        String namespace =
                required("namespace", given.namespace(), "the namespace that the operator runs in");
        AllowedNamespaces allowed =
                AllowedNamespaces.of(given.allowedNamespaces().orElse(List.of()), namespace);
        return new OperatorSettings(
                namespace,
                podName(given),
                allowed,
                profile(given),
                authority(namespace, allowed, given.identity()),
                identity(namespace, given.identity()));
    }

    private static Optional<String> podName(OperatorConfiguration given)
            throws BadSettingException {
        if (!truth("leader-election", given.leaderElection())) {
            return Optional.empty();
        }
        return Optional.of(
                required(
                        "pod-name",
                        given.podName(),
                        "the name of the operator's pod (or false as "
                                + PREFIX
                                + "leader-election)"));
    }

    private static PodProfile profile(OperatorConfiguration given) throws BadSettingException {
        return new PodProfile(
                images(given.images()),
                new PodProfile.Resources(
                        resources("storage-pod", given.resources().storagePod()),
                        resources("vnet", given.resources().vnet())),
                ports(given.ports()),
                endpoint(given.identity()),
                Authority.CONFIG_MAP,
                given.priorityClass().orElse(null),
                given.images().pullSecrets().orElse(List.of()));
    }

    private static PodProfile.Images images(OperatorConfiguration.Images given)
            throws BadSettingException {
        if (!PULL_POLICIES.contains(given.pullPolicy())) {
            throw new BadSettingException(
                    PREFIX + "images.pull-policy",
                    given.pullPolicy(),
                    String.join(", ", PULL_POLICIES.stream().sorted().toList()));
        }
        return new PodProfile.Images(
                required("images.storage-pod", given.storagePod(), "an image"),
                required("images.vnet", given.vnet(), "an image"),
                given.pullPolicy());
    }

    private static ResourceRequirements resources(String program, String json)
            throws BadSettingException {
        try {
            return Serialization.unmarshal(json, ResourceRequirements.class);
        } catch (KubernetesClientException | IllegalArgumentException e) {
            throw new BadSettingException(
                    PREFIX + "resources." + program,
                    json,
                    "requests and limits in JSON, such as {\"requests\":{\"memory\":\"192Mi\"}}");
        }
    }

    private static PodProfile.Ports ports(OperatorConfiguration.Ports given)
            throws BadSettingException {
        Matcher machines = RANGE.matcher(given.machines());
        if (!machines.matches()) {
            throw new BadSettingException(
                    PREFIX + "ports.machines", given.machines(), "UDP ports as FIRST-LAST");
        }
        int administration = port("ports.administration", given.administration());
        int control = port("ports.control", given.control());
        int http = port("ports.http", given.http());
        try {
            return new PodProfile.Ports(
                    administration,
                    control,
                    http,
                    Integer.parseInt(machines.group(1)),
                    Integer.parseInt(machines.group(2)));
        } catch (IllegalArgumentException e) {
            throw new BadSettingException(
                    PREFIX + "ports.machines", given.machines(), String.valueOf(e.getMessage()));
        }
    }

    private static URI endpoint(OperatorConfiguration.Identity given) throws BadSettingException {
        String text =
                required("identity.endpoint", given.endpoint(), EnrolmentSettings.ENDPOINT_FORM);
        try {
            return EnrolmentSettings.endpoint(text);
        } catch (IllegalArgumentException e) {
            throw new BadSettingException(
                    PREFIX + "identity.endpoint", text, EnrolmentSettings.ENDPOINT_FORM);
        }
    }

    private static AuthoritySettings authority(
            String namespace, AllowedNamespaces allowed, OperatorConfiguration.Identity given)
            throws BadSettingException {
        try {
            return new AuthoritySettings(
                    namespace,
                    allowed.listed(),
                    given.issuerSecret().orElse(null),
                    AuthoritySettings.USUAL_VALIDITY);
        } catch (IllegalArgumentException e) {
            throw new BadSettingException(
                    PREFIX + "identity.issuer-secret",
                    given.issuerSecret().orElse(""),
                    "another Secret than the operator's own");
        }
    }

    private static ServiceSettings identity(String namespace, OperatorConfiguration.Identity given)
            throws BadSettingException {
        List<String> names = given.names().orElse(List.of());
        if (names.isEmpty()) {
            throw new BadSettingException(
                    PREFIX + "identity.names", "", "the host names of the identity service");
        }
        return new ServiceSettings(
                ANY_ADDRESS,
                port("identity.port", given.port()),
                names,
                Duration.ofHours(
                        number(
                                "identity.certificate-hours",
                                given.certificateHours(),
                                MAX_CERTIFICATE_HOURS)),
                truth("identity.compares-templates", given.comparesTemplates()),
                new NodePlugin(namespace, given.nodeDaemonSet(), volumeLife(given)));
    }

    private static Duration volumeLife(OperatorConfiguration.Identity given)
            throws BadSettingException {
        long least = NodePlugin.LEAST_VOLUME_LIFE.toMinutes();
        long most = NodePlugin.MOST_VOLUME_LIFE.toMinutes();
        String value = given.volumeCertificateMinutes();
        long minutes = value.matches("\\d{1,5}") ? Long.parseLong(value) : 0;
        if (minutes < least || minutes > most) {
            throw new BadSettingException(
                    PREFIX + "identity.volume-certificate-minutes",
                    value,
                    "a number from " + least + " to " + most);
        }
        return Duration.ofMinutes(minutes);
    }

    private static boolean truth(String key, String value) throws BadSettingException {
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new BadSettingException(PREFIX + key, value, "true or false");
        };
    }

    private static int port(String key, String value) throws BadSettingException {
        return number(key, value, MAX_PORT);
    }

    private static int number(String key, String value, int most) throws BadSettingException {
        int number = value.matches("\\d{1,5}") ? Integer.parseInt(value) : 0;
        if (number < 1 || number > most) {
            throw new BadSettingException(PREFIX + key, value, "a number from 1 to " + most);
        }
        return number;
    }

    private static String required(String key, Optional<String> value, String what)
            throws BadSettingException {
        if (value.isEmpty()) {
            throw new BadSettingException(PREFIX + key, "", what);
        }
        return value.get();
    }
}
