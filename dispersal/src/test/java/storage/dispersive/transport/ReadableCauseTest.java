package storage.dispersive.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import storage.dispersive.wire.PodConnector.SessionKind;

class ReadableCauseTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "finishConnect(..) failed with error(-111): Connection refused: /127.0.0.1:20001"
                        + "|connection refused",
                "recvAddress(..) failed with error(-104): Connection reset by peer"
                        + "|connection reset by peer",
                "Connection refused: localhost/127.0.0.1:20001|Connection refused",
                "connection timed out after 3000 ms: /10.0.0.1:7400"
                        + "|connection timed out after 3000 ms",
                "the certificate names pod-1: another pod|the certificate names pod-1: another pod",
            })
    void whatTheSystemSaysIsKeptAndNettysAdditionsAreNot(String message, String shown) {
        assertThat(ReadableCause.of(new IOException("wrapped", new IOException(message))))
                .isEqualTo(shown);
    }

    @Test
    void aCauseWithoutAMessageIsNamed() {
        assertThat(ReadableCause.of(new IllegalStateException()))
                .isEqualTo("IllegalStateException");
    }

    @Test
    void aPodThatIsNotThereIsSaidToRefuse() throws Exception {
        int port;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = taken.getLocalPort();
        }
        try (Network network = new Network()) {
            SlotEndpoint nobody = new SlotEndpoint("127.0.0.1", port, Network.POD);
            var connector = network.connector(network.volumeIdentity(), nobody);
            assertThat(Engine.open(network, connector, SessionKind.WRITE).whyClosed())
                    .isEqualToIgnoringCase("connection refused");
        }
    }
}
