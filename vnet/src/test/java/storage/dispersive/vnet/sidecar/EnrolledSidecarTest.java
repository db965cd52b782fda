package storage.dispersive.vnet.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import storage.dispersive.identity.CertificateAuthority;
import storage.dispersive.identity.IssuedIdentity;
import storage.dispersive.vnet.netlink.CabledHosts;
import storage.dispersive.vnet.protocol.ControlMessage;
import storage.dispersive.wire.LeaseId;

/** A sidecar whose identity is renewed. Nobody is at the address of its identity service. */
class EnrolledSidecarTest {

    private static final Duration DAY = Duration.ofDays(1);
    private static final InetSocketAddress CONTROL = new InetSocketAddress("198.18.0.2", 7410);

    @RegisterExtension final CabledHosts hosts = new CabledHosts();

    @TempDir Path directory;

    private final CertificateAuthority old =
            CertificateAuthority.create("old", DAY, Clock.systemUTC());
    private final CertificateAuthority next =
            CertificateAuthority.create("next", DAY, Clock.systemUTC());

    private Sidecar start() throws IOException {
        IssuedIdentity kept = old.issueVnet("pod-0", DAY);
        Path state = Files.createDirectory(directory.resolve("state"));
        Files.writeString(
                state.resolve("identity.pem"),
                "dispersive identity 1\n" + kept.privateKeyPem() + kept.certificatePem(),
                StandardCharsets.US_ASCII);
        trust(old.certificatePem());
        return hosts.right()
                .call(() ->
                        Sidecar.start(
                                SidecarSettings.parse(
                                        "name=pod-0",
                                        "socket=" + directory.resolve("pod.sock"),
                                        "ports=20000-20063",
                                        "path=lan:198.18.0.2",
                                        "control=198.18.0.2:7410",
                                        "authority=" + authorityFile(),
                                        "enrol=https://198.18.0.2:1",
                                        "token=" + directory.resolve("token"),
                                        "state=" + state)));
    }

    private Path authorityFile() {
        return directory.resolve("ca.pem");
    }

    /** As a whole, as a mounted ConfigMap changes. */
    private void trust(String pem) throws IOException {
        Path made = Files.writeString(directory.resolve("ca.pem.new"), pem);
        Files.move(
                made,
                authorityFile(),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    private ControlCaller call(CertificateAuthority signer) throws IOException {
        return ControlCaller.connect(
                hosts.left(), CONTROL, signer.issueVnet("node-a", DAY), old.certificatePem());
    }

    private boolean isServed(CertificateAuthority signer) throws Exception {
        try (ControlCaller caller = call(signer)) {
            return isAnswered(caller);
        } catch (IOException | ExecutionException e) {
            return false;
        }
    }

    private static boolean isAnswered(ControlCaller caller) throws Exception {
        LeaseId none = new LeaseId(1, 2);
        return caller.ask(new ControlMessage.Release(1, none)) instanceof ControlMessage.Done;
    }

    @Test
    void aNewAuthorityIsTrustedWhileConnectionsGoOn() throws Exception {
        try (Sidecar sidecar = start();
                ControlCaller throughout = call(old)) {
            assertThat(isAnswered(throughout)).isTrue();
            assertThat(isServed(next)).isFalse();
            assertThat(sidecar.callersTurnedAway()).isPositive();
            trust(old.certificatePem() + next.certificatePem());
            await().atMost(Duration.ofSeconds(40))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> isServed(next));
            assertThat(isAnswered(throughout)).isTrue();
            assertThat(isServed(old)).isTrue();
            trust(next.certificatePem());
            await().atMost(Duration.ofSeconds(40))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> !isServed(old));
            assertThat(isAnswered(throughout)).isTrue();
        }
    }
}
