package storage.dispersive.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import storage.dispersive.wire.Lease;
import storage.dispersive.wire.PodConnector.SessionKind;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodRequest;

class LeasedDoorTest {

    private final Network network = new Network();
    private final FakeStore store = new FakeStore();
    private final Leases leases = new Leases(network);
    private final PodServer server = network.server(ServerLimits.DEFAULT, store);

    @AfterEach
    void close() {
        network.close();
    }

    @Test
    void whoHasTheLeaseIsServedAndTheDoorEndsWithTheConnection() {
        Lease lease = Leases.of(SessionKind.WRITE);
        Leases.Open open = leases.open(server, lease);
        Engine engine = leases.call(open.port(), lease);
        assertThat(engine.ask(new PodRequest.Describe(Network.VOLUME)))
                .isInstanceOf(PodReply.Description.class);
        assertThat(server.connections())
                .singleElement()
                .satisfies(info -> assertThat(info.lease()).contains(lease.id()));
        assertThat(open.ends()).hasValue(0);
        engine.close();
        await().until(() -> open.ends().get() == 1);
        assertThat(server.connections()).isEmpty();
    }
}
