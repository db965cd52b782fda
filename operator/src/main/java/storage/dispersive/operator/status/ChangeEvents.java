package storage.dispersive.operator.status;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.api.v1alpha1.Condition;

/**
 * Tells of conditions that changed, as events of their resource. An event that cannot be written is
 * logged and forgotten: the condition stands in the status. For any thread.
 */
public final class ChangeEvents {

    private static final Logger LOG = LoggerFactory.getLogger(ChangeEvents.class);

    /** What the conditions of a resource that goes well say. */
    private static final List<String> GOOD_NEWS =
            List.of("Ready", "Spread", "Tolerant", "Grown", "Deletable");

    /** What is said by each of these is said by others, too, or is no news. */
    private static final List<String> NOT_TOLD = List.of("Progressing", "Isolated");

    private static final String COMPONENT = "dispersive-operator";

    private final KubernetesClient client;
    private final Clock clock;

    public ChangeEvents(KubernetesClient client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    /**
     * Writes an event for each condition that is another than before. On the way to its first Ready
     * nothing that passes is a warning.
     */
    public void tell(HasMetadata resource, List<Condition> before, List<Condition> after) {
        boolean isOnItsWay = isTrue("Progressing", after) && !isTrue("Ready", before);
        for (Condition changed : new ConditionHistory(before).changed(after)) {
            if (!NOT_TOLD.contains(changed.type()) && isNews(changed, before)) {
                write(resource, changed, isBad(changed) && !isOnItsWay ? "Warning" : "Normal");
            }
        }
    }

    private static boolean isTrue(String type, List<Condition> conditions) {
        return conditions.stream()
                .anyMatch(it -> it.type().equals(type) && it.status() == Condition.Truth.TRUE);
    }

    /** That all is well from the beginning is none. */
    private static boolean isNews(Condition changed, List<Condition> before) {
        return !before.isEmpty() || isBad(changed);
    }

    private static boolean isBad(Condition condition) {
        return switch (condition.status()) {
            case TRUE -> condition.type().equals("Degraded");
            case FALSE -> GOOD_NEWS.contains(condition.type());
            case UNKNOWN -> false;
        };
    }

    private void write(HasMetadata resource, Condition changed, String type) {
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        Event event =
                new EventBuilder()
                        .withNewMetadata()
                        .withGenerateName(resource.getMetadata().getName() + ".")
                        .withNamespace(resource.getMetadata().getNamespace())
                        .endMetadata()
                        .withNewInvolvedObject()
                        .withApiVersion(resource.getApiVersion())
                        .withKind(resource.getKind())
                        .withNamespace(resource.getMetadata().getNamespace())
                        .withName(resource.getMetadata().getName())
                        .withUid(resource.getMetadata().getUid())
                        .endInvolvedObject()
                        .withType(type)
                        .withReason(changed.reason())
                        .withMessage(changed.type() + ": " + shortened(changed.message()))
                        .withFirstTimestamp(now)
                        .withLastTimestamp(now)
                        .withCount(1)
                        .withNewSource()
                        .withComponent(COMPONENT)
                        .endSource()
                        .withReportingComponent(COMPONENT)
                        .build();
        try {
            client.resource(event).create();
        } catch (KubernetesClientException e) {
            LOG.info(
                    "No event is written for {} {}: {}",
                    resource.getKind(),
                    resource.getMetadata().getName(),
                    e.getMessage());
        }
    }

    /** Kubernetes takes 1024 bytes. */
    private static String shortened(String message) {
        return message.length() > 900 ? message.substring(0, 900) + "..." : message;
    }
}
