package storage.dispersive.operator.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import storage.dispersive.operator.pods.PodProfile;

/** What storage pods are told, whatever others do with it, and with their namespaces. */
class PublishedRootsTest extends WithApiServer {

    private final String others = newNamespace();

    @Override
    AuthoritySettings settings() {
        return new AuthoritySettings(
                operator, Set.of(pods, others), null, AuthoritySettings.USUAL_VALIDITY);
    }

    private static Resource<ConfigMap> map(String namespace) {
        return client().configMaps().inNamespace(namespace).withName(Authority.CONFIG_MAP);
    }

    private static String told(String namespace) {
        return Objects.requireNonNull(
                map(namespace).require().getData().get(PodProfile.AUTHORITY_ENTRY));
    }

    private static void change(String namespace, UnaryOperator<ConfigMapBuilder> how) {
        map(namespace).edit(map -> how.apply(new ConfigMapBuilder(map)).build());
    }

    private Authority publishing() {
        Authority authority = authority();
        authority.step();
        authority.publish(pods, null);
        authority.publish(others, null);
        return authority;
    }

    private void rotate() {
        edit(secret ->
                new SecretBuilder(secret)
                        .editMetadata()
                        .addToAnnotations(AuthoritySecret.ROTATE, "now")
                        .endMetadata()
                        .build());
    }

    @Test
    void whatOthersChangeOrDeleteIsHeardOfAndPutRight() throws Exception {
        Authority authority = publishing();
        String right = told(pods);
        AtomicInteger heard = new AtomicInteger();
        try (AuthorityWatch watch =
                new AuthorityWatch(client(), settings(), authority, heard::incrementAndGet)) {
            assertThat(watch.published(pods).orElseThrow()).isEqualTo(published());
            assertThat(watch.published(newNamespace())).isEmpty();
            assertThat(watch.hears()).isTrue();
            int before = heard.get();
            change(pods, map -> map.addToData(PodProfile.AUTHORITY_ENTRY, "somebody else's"));
            await().until(() -> heard.get() > before);
            authority.step();
            assertThat(told(pods)).isEqualTo(right);
            await().until(() -> watch.published(pods).orElseThrow().equals(published()));
            int then = heard.get();
            map(pods).delete();
            await().until(() -> heard.get() > then && watch.published(pods).isEmpty());
            authority.step();
            assertThat(told(pods)).isEqualTo(right);
        }
    }

    /** Though there are no storage pods. */
    @Test
    void theOperatorsNamespaceIsToldAlways() {
        Authority authority = authority();
        authority.step();
        assertThat(told(operator)).isEqualTo(authority.trustedPem().orElseThrow());
        assertThat(authority.publishedNamespaces()).containsExactly(operator);
        map(operator).delete();
        authority.step();
        assertThat(told(operator)).isEqualTo(authority.trustedPem().orElseThrow());
    }

    @Test
    void namespacesWithoutStoragePodsAreLeftAlone() {
        Authority everywhere = new Authority(client(), super.settings(), clock);
        everywhere.step();
        String foreign = newNamespace();
        everywhere.publish(foreign, null);
        String before = told(foreign);
        Authority authority = publishing();
        rotate();
        authority.step();
        assertThat(told(pods)).isNotEqualTo(before).startsWith(before);
        assertThat(told(others)).isEqualTo(told(pods));
        assertThat(told(foreign)).isEqualTo(before);
        assertThat(authority.publishedNamespaces())
                .containsExactlyInAnyOrder(operator, pods, others);
        assertThat(everywhere.publishedNamespaces()).contains(pods, others, foreign);
    }

    /** Nobody signs with what some have not heard of; but all others have. */
    @Test
    void aRotationWaitsForANamespaceThatCannotBeTold() {
        Authority authority = publishing();
        String old = told(pods);
        for (String stuck : new String[] {pods, others}) {
            change(stuck, map -> map.withImmutable(true));
        }
        rotate();
        assertThatThrownBy(authority::step)
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("immutable")
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
        map(others).delete();
        assertThatThrownBy(authority::step).hasMessageContaining(pods);
        assertThat(told(others)).startsWith(old).isNotEqualTo(old);
        clock.pass(AuthorityState.CURRENT_ENDS);
        assertThatThrownBy(authority::step).hasMessageContaining(pods);
        assertThat(authority.signer().orElseThrow().pem()).isEqualTo(old);
        assertThat(authority.whyNobodySigns()).isEmpty();
        map(pods).delete();
        authority.step();
        assertThat(told(pods)).isEqualTo(told(others));
        clock.pass(AuthorityState.NEXT_SIGNS);
        assertThat(authority.signer().orElseThrow().pem()).isNotEqualTo(old);
    }

    /** No controller ends it here, so it stays as it is while it goes. */
    @Test
    void aNamespaceThatGoesIsNotWaitedFor() {
        Authority authority = publishing();
        client().namespaces().withName(others).delete();
        map(others).delete();
        authority.step();
        assertThat(authority.publishedNamespaces()).containsExactlyInAnyOrder(operator, pods);
        rotate();
        authority.step();
        clock.pass(AuthorityState.CURRENT_ENDS);
        authority.step();
        assertThat(told(pods)).isEqualTo(authority.signer().orElseThrow().pem());
    }
}
