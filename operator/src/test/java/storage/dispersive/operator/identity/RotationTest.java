package storage.dispersive.operator.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import storage.dispersive.pem.Pem;

/** One authority takes the place of another, whoever leads meanwhile. */
class RotationTest extends WithApiServer {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private static Secret asked(Secret secret) {
        return new SecretBuilder(secret)
                .editMetadata()
                .addToAnnotations(AuthoritySecret.ROTATE, "please")
                .endMetadata()
                .build();
    }

    private static Root signer(Authority authority) {
        return authority.signer().orElseThrow();
    }

    /** What another replica knows, which only looks. */
    private Root signerElsewhere() {
        Authority other = authority();
        other.observe(secret());
        return signer(other);
    }

    private String firstPublished(Authority authority) {
        authority.step();
        assertThat(authority.publish(pods, null)).isTrue();
        return signer(authority).pem();
    }

    @Test
    void anAuthorityThatNobodyAskedToReplaceIsLeftAlone() {
        Authority first = authority();
        first.step();
        String version = secret().getMetadata().getResourceVersion();
        Authority second = authority();
        clock.pass(Duration.ofDays(30));
        assertThat(second.step()).isEqualTo(clock.instant().plus(Duration.ofDays(1)));
        assertThat(secret().getMetadata().getResourceVersion()).isEqualTo(version);
        assertThat(signer(second).isSame(signer(first))).isTrue();
    }

    @Test
    void whenTwoThirdsOfItsLifeAreOverItIsReplaced() {
        Authority authority = authority();
        String old = firstPublished(authority);
        Instant renewal = signer(authority).renewal();
        clock.pass(Duration.between(clock.instant(), renewal).minus(SECOND));
        assertThat(authority.step()).isEqualTo(renewal);
        assertThat(publishedPem()).isEqualTo(old);
        clock.pass(SECOND);
        assertThat(authority.step()).isEqualTo(renewal.plus(AuthorityState.CURRENT_ENDS));
        assertThat(Pem.readCertificates(publishedPem())).hasSize(2);
    }

    /** Each step is done by an operator that knows nothing but what lies in the cluster. */
    @Test
    void eachStepMayBeThatOfAnotherOperator() {
        String old = firstPublished(authority());
        edit(RotationTest::asked);
        authority().step();
        String both = publishedPem();
        assertThat(both).startsWith(old).isNotEqualTo(old);
        assertThat(secret().getMetadata().getAnnotations())
                .doesNotContainKey(AuthoritySecret.ROTATE);
        authority().step();
        assertThat(publishedPem()).as("begun once").isEqualTo(both);

        clock.pass(AuthorityState.NEXT_SIGNS.minus(SECOND));
        assertThat(signerElsewhere().pem()).isEqualTo(old);
        clock.pass(SECOND);
        Root next = signerElsewhere();
        assertThat(old + next.pem()).isEqualTo(both);

        clock.pass(AuthorityState.CURRENT_ENDS.minus(AuthorityState.NEXT_SIGNS).minus(SECOND));
        Authority last = authority();
        assertThat(last.step()).as("others catch up first").isAfter(clock.instant());
        clock.pass(SECOND);
        last.step();
        assertThat(publishedPem()).isEqualTo(both);
        clock.pass(Duration.ofMinutes(5));
        last.step();
        assertThat(publishedPem()).isEqualTo(next.pem());
        assertThat(signerElsewhere().isSame(next)).isTrue();
        assertThat(secret().getData()).containsOnlyKeys("tls.crt", "tls.key");
    }

    @Test
    void withoutACrashTheOldOneEndsAQuarterOfAnHourLater() {
        Authority authority = authority();
        firstPublished(authority);
        clock.pass(Duration.ofHours(1));
        edit(RotationTest::asked);
        Instant end = authority.step();
        assertThat(end).isEqualTo(clock.instant().plus(Duration.ofMinutes(15)));
        clock.pass(Duration.ofMinutes(15).minus(SECOND));
        assertThat(authority.step()).isEqualTo(end);
        assertThat(Pem.readCertificates(publishedPem())).hasSize(2);
        clock.pass(SECOND);
        authority.step();
        assertThat(Pem.readCertificates(publishedPem())).hasSize(1);
    }

    /** An operator that ends between its two writes has told nobody, so no time has passed. */
    @Test
    void theTimeCountsFromWhenAllWereTold() {
        Authority first = authority();
        String old = firstPublished(first);
        edit(RotationTest::asked);
        first.step();
        edit(secret ->
                new SecretBuilder(secret)
                        .editMetadata()
                        .removeFromAnnotations(AuthoritySecret.PUBLISHED)
                        .endMetadata()
                        .build());
        client().configMaps()
                .inNamespace(pods)
                .withName("dispersive-authority")
                .edit(map -> {
                    map.getData().put("ca.crt", old);
                    return map;
                });
        clock.pass(Duration.ofHours(1));
        assertThat(signerElsewhere().pem()).isEqualTo(old);
        authority().step();
        assertThat(Pem.readCertificates(publishedPem())).hasSize(2);
        assertThat(signerElsewhere().pem()).isEqualTo(old);
        clock.pass(AuthorityState.NEXT_SIGNS);
        assertThat(signerElsewhere().pem()).isNotEqualTo(old);
    }

    @Test
    void whoAsksMeanwhileIsServedAfterwards() {
        Authority authority = authority();
        String first = firstPublished(authority);
        clock.pass(Duration.ofHours(1));
        edit(RotationTest::asked);
        authority.step();
        edit(RotationTest::asked);
        authority.step();
        assertThat(Pem.readCertificates(publishedPem())).hasSize(2);
        clock.pass(Duration.ofMinutes(15));
        assertThat(authority.step()).isEqualTo(clock.instant());
        authority.step();
        assertThat(Pem.readCertificates(publishedPem())).hasSize(2);
        assertThat(publishedPem()).doesNotContain(first);
    }

    @Test
    void ofManyThatLeadOneMakesTheAuthorityAndOneReplacesIt() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (int round = 0; round < 5; round++) {
                operator = newNamespace();
                List<Authority> leaders = Stream.generate(this::authority).limit(4).toList();
                stepTogether(threads, leaders);
                Root made = signerElsewhere();
                assertThat(leaders).allMatch(each -> signer(each).isSame(made));
                edit(RotationTest::asked);
                stepTogether(threads, leaders);
                clock.pass(AuthorityState.NEXT_SIGNS);
                Root next = signerElsewhere();
                assertThat(next.isSame(made)).isFalse();
                // As each of them believes, without looking again.
                assertThat(leaders).allMatch(each -> signer(each).isSame(next));
            }
        }
    }

    private static void stepTogether(ExecutorService threads, List<Authority> leaders)
            throws Exception {
        List<Callable<Instant>> steps =
                leaders.stream().map(each -> (Callable<Instant>) each::step).toList();
        for (Future<Instant> step : threads.invokeAll(steps)) {
            step.get();
        }
    }

    @Test
    void namespacesAreToldOnceAndRemembered() {
        Authority authority = authority();
        firstPublished(authority);
        String version = published().getMetadata().getResourceVersion();
        authority.publish(pods, published());
        assertThat(published().getMetadata().getResourceVersion()).isEqualTo(version);
        assertThat(authority.publishedNamespaces()).contains(pods, operator);
        client().configMaps()
                .inNamespace(pods)
                .withName("dispersive-authority")
                .edit(map -> {
                    map.getData().put("ca.crt", "no more");
                    return map;
                });
        authority.publish(pods, published());
        assertThat(publishedPem()).isEqualTo(signer(authority).pem());
    }
}
