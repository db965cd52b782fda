package storage.dispersive.operator.identity;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hears of each change of the authority's Secret, and of cert-manager's, so that nobody has to look
 * again and again. The right to list and watch these by name is enough.
 *
 * <p>Thread contract: any thread; {@code changed} is called by threads of the client, and must not
 * wait.
 */
public final class AuthorityWatch implements AutoCloseable {

    private final List<SharedIndexInformer<Secret>> informers = new ArrayList<>();

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
    }

    private interface Heard {
        void of(@Nullable Secret secret);
    }

    private void watch(KubernetesClient client, String namespace, String name, Heard heard) {
        informers.add(
                client.secrets()
                        .inNamespace(namespace)
                        .withName(name)
                        .inform(
                                new ResourceEventHandler<Secret>() {
                                    @Override
                                    public void onAdd(Secret secret) {
                                        heard.of(secret);
                                    }

                                    @Override
                                    public void onUpdate(Secret before, Secret secret) {
                                        heard.of(secret);
                                    }

                                    @Override
                                    public void onDelete(Secret secret, boolean isLateNews) {
                                        heard.of(null);
                                    }

                                    @Override
                                    public void onNothing() {
                                        heard.of(null);
                                    }
                                }));
    }

    @Override
    public void close() {
        informers.forEach(SharedIndexInformer::close);
    }
}
