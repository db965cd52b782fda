package storage.dispersive.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import storage.dispersive.identity.CertificateAuthority;
import storage.dispersive.identity.IssuedIdentity;
import storage.dispersive.wire.PodConnector.SessionKind;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodRequest;

/** An authority takes the place of another one while a connection is used. */
class ChangingIdentityTest {

    private final Network network = new Network();
    private final CertificateAuthority old = network.authority;
    private final CertificateAuthority next =
            CertificateAuthority.create("next", Network.YEAR, Clock.systemUTC());
    private final AtomicReference<TlsIdentity> current = new AtomicReference<>(pod(old, old));
    private final FakeStore store = new FakeStore();
    private final Network.Listening pod =
            network.listen(new TlsHandshake(current::get), ServerLimits.DEFAULT, store);

    @AfterEach
    void close() {
        network.close();
    }

    private static TlsIdentity pod(CertificateAuthority signer, CertificateAuthority... trusted) {
        return identity(
                signer.issuePod(Network.POD.value(), List.of(), List.of(), Network.YEAR), trusted);
    }

    private static TlsIdentity volume(
            CertificateAuthority signer, CertificateAuthority... trusted) {
        return identity(signer.issueVolume(Network.VOLUME, Network.YEAR), trusted);
    }

    private static TlsIdentity identity(IssuedIdentity own, CertificateAuthority... trusted) {
        StringBuilder roots = new StringBuilder();
        for (CertificateAuthority root : trusted) {
            roots.append(root.certificatePem());
        }
        return Network.identity(own, roots.toString());
    }

    private Engine call(TlsIdentity identity) {
        return Engine.open(
                network, network.connector(identity, pod.as(Network.POD)), SessionKind.READ);
    }

    private static void assertServed(Engine engine) {
        assertThat(engine.ask(new PodRequest.Describe(Network.VOLUME)))
                .isInstanceOf(PodReply.Description.class);
    }

    private void assertTurnedAway(TlsIdentity identity) {
        assertThat(call(identity).whyClosed()).isNotEmpty();
    }

    @Test
    void aConnectionCarriesRequestsWhileAllCertificatesChange() {
        Engine throughout = call(volume(old, old));
        assertServed(throughout);
        assertTurnedAway(volume(next, old, next));

        current.set(pod(old, old, next));
        assertServed(throughout);
        Engine ofTheNext = call(volume(next, old, next));
        assertServed(ofTheNext);
        assertServed(call(volume(old, old)));

        current.set(pod(next, old, next));
        assertServed(throughout);
        assertServed(call(volume(old, old, next)));
        assertTurnedAway(volume(old, old));

        current.set(pod(next, next));
        assertServed(call(volume(next, next)));
        assertTurnedAway(volume(old, old, next));
        assertServed(throughout);
        assertServed(ofTheNext);
        assertThat(throughout.ends).isEmpty();
    }

    @Test
    void requestsThatAreUnderWayAreAnswered() {
        store.hold = true;
        Engine engine = call(volume(old, old));
        List<Engine.Asked> asked = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            asked.add(engine.send(new PodRequest.Describe(Network.VOLUME)));
        }
        await().until(() -> store.seen.size() == 20);
        store.hold = false;
        current.set(pod(next, next));
        assertTurnedAway(volume(old, old));
        network.podLoop.execute(() -> store.held.forEach(Runnable::run));
        asked.forEach(one -> assertThat(one.reply()).isInstanceOf(PodReply.Description.class));
    }
}
