package storage.dispersive.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.netty.handler.ssl.ReferenceCountedOpenSslContext;
import io.netty.internal.tcnative.SSLContext;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import storage.dispersive.wire.PodConnector.SessionKind;

class SecretsOfAConnectionTest {

    @Test
    void canBeLoggedByATestThatWantsToDecryptACapture() throws Exception {
        try (Network network = new Network()) {
            TlsIdentity identity = network.volumeIdentity();
            assumeThat(identity.client()).isInstanceOf(ReferenceCountedOpenSslContext.class);
            List<String> lines = new CopyOnWriteArrayList<>();
            Field tcnative = ReferenceCountedOpenSslContext.class.getDeclaredField("ctx");
            tcnative.setAccessible(true);
            long context = tcnative.getLong(identity.client());
            SSLContext.setKeyLogCallback(
                    context, (ssl, line) -> lines.add(new String(line, StandardCharsets.US_ASCII)));
            Network.Listening pod = network.listen(ServerLimits.DEFAULT, new FakeStore());
            Engine.open(network, network.connector(identity, pod.as(Network.POD)), SessionKind.READ)
                    .session();
            assertThat(lines).anyMatch(line -> line.startsWith("CLIENT_TRAFFIC_SECRET_0 "));
            assertThat(lines).anyMatch(line -> line.startsWith("SERVER_TRAFFIC_SECRET_0 "));
        }
    }
}
