package storage.dispersive.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One request that the API server has written into its audit log.
 *
 * @param verb as rules of RBAC name it
 * @param group of the API, empty for the core
 * @param resource with its subresource, such as {@code pods/eviction}
 * @param namespace empty for what has none, or for all
 * @param name empty where many are meant
 * @param code of HTTP
 */
public record AuditedCall(
        String user,
        String verb,
        String group,
        String resource,
        String namespace,
        String name,
        int code) {

    private static final String LOG = "audit.log";
    private static final String POLICY = "audit.yaml";
    private static final String BEGIN = "ResponseStarted";

    static List<String> flags(Path directory, List<String> users) throws IOException {
        Path policy = directory.resolve(POLICY);
        Files.writeString(
                policy,
                """
                apiVersion: audit.k8s.io/v1
                kind: Policy
                omitStages: [RequestReceived]
                rules:
                - {level: Metadata, users: [%s]}
                - {level: None}
                """
                        .formatted(
                                String.join(
                                        ", ", users.stream().map(it -> '"' + it + '"').toList())));
        return List.of(
                "--audit-policy-file=" + policy,
                "--audit-log-path=" + directory.resolve(LOG),
                "--audit-log-mode=blocking");
    }

    static List<AuditedCall> read(Path directory) throws IOException {
        List<AuditedCall> calls = new ArrayList<>();
        for (String line : Files.readAllLines(directory.resolve(LOG))) {
            JsonNode event = Serialization.unmarshal(line, JsonNode.class);
            JsonNode object = event.path("objectRef");
            // A watch is written when it begins and when it ends.
            boolean isFirst = !isWatch(event) || event.path("stage").asText().equals(BEGIN);
            if (isFirst && !object.isMissingNode()) {
                calls.add(call(event, object));
            }
        }
        return calls;
    }

    private static boolean isWatch(JsonNode event) {
        return event.path("verb").asText().equals("watch");
    }

    private static AuditedCall call(JsonNode event, JsonNode object) {
        String subresource = object.path("subresource").asText();
        String resource = object.path("resource").asText();
        return new AuditedCall(
                event.path("user").path("username").asText(),
                event.path("verb").asText(),
                object.path("apiGroup").asText(),
                subresource.isEmpty() ? resource : resource + "/" + subresource,
                object.path("namespace").asText(),
                object.path("name").asText(),
                event.path("responseStatus").path("code").asInt());
    }
}
