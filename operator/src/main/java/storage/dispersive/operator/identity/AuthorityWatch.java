package storage.dispersive.operator.identity;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Hears of each change of the authority's Secret, of cert-manager's, and of what is published, so
 * that nobody has to look again and again. The right to list and watch these by name is enough.
 *
 * <p>Thread contract: any thread; {@code changed} is called by threads of the client, and must not
 * wait.
 */
public final class AuthorityWatch implements AutoCloseable {

    private final List<SharedIndexInformer<Secret>> secrets = new ArrayList<>();
    private final List<SharedIndexInformer<ConfigMap>> published = new ArrayList<>();

    /**
     * Begins; the authority knows its Secret when this returns.
     *
     * @param changed there may be something to do for who leads: {@link Authority#step}
     * @throws io.fabric8.kubernetes.client.KubernetesClientException if the API server cannot be
     *     asked, or says no
     */
    public AuthorityWatch(
            KubernetesClient client,
            AuthoritySettings settings,
            Authority authority,
            Runnable changed) {
        watch(
                client,
                settings.namespace(),
                AuthoritySecret.NAME,
                secret -> {
                    authority.observe(secret);
                    changed.run();
                });
        if (settings.issuerSecret() != null) {
            watch(client, settings.namespace(), settings.issuerSecret(), any -> changed.run());
        }
        for (var place : PublishedRoots.places(client, settings.toldNamespaces())) {
            published.add(inform(place, any -> changed.run()));
        }
    }

    private interface Heard<T> {
        void of(@Nullable T object);
    }

    private void watch(
            KubernetesClient client, String namespace, String name, Heard<Secret> heard) {
        secrets.add(inform(client.secrets().inNamespace(namespace).withName(name), heard));
    }

    private static <T extends HasMetadata> SharedIndexInformer<T> inform(
            Informable<T> place, Heard<T> heard) {
        return place.inform(
                new ResourceEventHandler<T>() {
                    @Override
                    public void onAdd(T object) {
                        heard.of(object);
                    }

                    @Override
                    public void onUpdate(T before, T object) {
                        heard.of(object);
                    }

                    @Override
                    public void onDelete(T object, boolean isLateNews) {
                        heard.of(null);
                    }

                    @Override
                    public void onNothing() {
                        heard.of(null);
                    }
                });
    }

    /** What the storage pods of a namespace are told, as it was heard last. */
    public Optional<ConfigMap> published(String namespace) {
        String key = namespace + "/" + PublishedRoots.NAME;
        return published.stream()
                .map(informer -> informer.getStore().getByKey(key))
                .filter(Objects::nonNull)
                .findFirst();
    }

    /** Whether it will hear of changes: one that was cut off begins again, one that ended never. */
    public boolean hears() {
        return Stream.concat(secrets.stream(), published.stream())
                .allMatch(SharedIndexInformer::isRunning);
    }

    @Override
    public void close() {
        secrets.forEach(SharedIndexInformer::close);
        published.forEach(SharedIndexInformer::close);
    }
}
