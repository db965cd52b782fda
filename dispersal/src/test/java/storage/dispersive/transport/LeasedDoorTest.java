package storage.dispersive.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import storage.dispersive.foreign.DescriptorCalls;
import storage.dispersive.wire.Lease;
import storage.dispersive.wire.PodConnector.SessionKind;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodRequest;

/** A door's life: one caller, once, and everything closed behind it. */
class LeasedDoorTest {

    private static final PodRequest DESCRIBE = new PodRequest.Describe(Network.VOLUME);

    private final Network network = new Network();
    private final FakeStore store = new FakeStore();
    private final Leases leases = new Leases(network);
    private final PodServer server = network.server(ServerLimits.DEFAULT, store);
    private final Lease lease = Leases.of(SessionKind.WRITE);

    @AfterEach
    void close() {
        network.close();
    }

    private Optional<Channel> channelOf(Leases.Open open) {
        return Leases.on(network.podLoop, open.door()::channel);
    }

    private void closeDoor(Leases.Open open) {
        network.podLoop.execute(open.door()::close);
    }

    @Test
    void whoHasTheLeaseIsServedAndTheDoorEndsWithTheConnection() {
        Leases.Open open = leases.open(server, lease);
        Engine engine = leases.call(open.port(), lease);
        assertThat(engine.ask(DESCRIBE)).isInstanceOf(PodReply.Description.class);
        assertThat(server.connections())
                .singleElement()
                .satisfies(info -> assertThat(info.lease()).contains(lease.id()));
        assertThat(open.ends()).hasValue(0);
        engine.close();
        await().until(() -> open.ends().get() == 1);
        assertThat(server.connections()).isEmpty();
        assertThat(channelOf(open)).isEmpty();
        assertThat(server.refusedConnections()).isZero();
    }

    @Test
    void theChannelIsTheListeningOneThenTheConnectionThenNone() {
        Leases.Open open = leases.open(server, lease);
        Optional<Channel> waiting = channelOf(open);
        assertThat(waiting).containsInstanceOf(EpollServerSocketChannel.class);
        Engine engine = leases.call(open.port(), lease);
        engine.session();
        assertThat(waiting.orElseThrow().isOpen()).isFalse();
        Channel taken = channelOf(open).orElseThrow();
        assertThat(taken).isInstanceOf(EpollSocketChannel.class);
        assertThat(taken.isOpen()).isTrue();
        closeDoor(open);
        assertThat(channelOf(open)).isEmpty();
        await().until(() -> !taken.isOpen());
    }

    @Test
    void aSecondConnectionUnderTheSameLeaseIsRefused() {
        Leases.Open open = leases.open(server, lease);
        leases.call(open.port(), lease).session();
        Engine second = leases.call(open.port(), lease);
        assertThat(second.whyClosed()).containsIgnoringCase("refused");
        assertThat(server.connections()).hasSize(1);
    }

    @Test
    void whoWasInTheMiddleOfItWhenAnotherWasWelcomedIsCut() throws IOException {
        Leases.Open open = leases.open(server, lease);
        try (java.net.Socket slow = caller(open)) {
            leases.call(open.port(), lease).session();
            assertThat(ends(slow)).isTrue();
        }
        await().until(() -> server.refusedConnections() == 1);
        assertThat(server.connections()).hasSize(1);
    }

    @Test
    void aDuplicateOfTheDescriptorKeepsNoDoorOpen() throws IOException {
        Socket listening = Leases.listening();
        int port = listening.localAddress().getPort();
        FileDescriptor duplicate =
                new FileDescriptor(DescriptorCalls.duplicate(listening.intValue()));
        try {
            Leases.Open open = leases.open(server, lease, leases.podLeaf(lease), listening);
            leases.call(open.port(), lease).session();
            assertThatThrownBy(() -> Leases.connected(port)).isInstanceOf(IOException.class);
        } finally {
            duplicate.close();
        }
    }

    @Test
    void aDoorToWhichNobodyComesEnds() throws IOException {
        PodServer hasty = network.server(limits(8, 300), store);
        Leases.Open open = leases.open(hasty, lease);
        try (java.net.Socket silent = caller(open)) {
            await().until(() -> open.ends().get() == 1);
            assertThat(ends(silent)).isTrue();
        }
        assertThat(channelOf(open)).isEmpty();
        assertThat(leases.call(open.port(), lease).whyClosed()).containsIgnoringCase("refused");
    }

    @Test
    void whoIsServedMayStayLongerThanTheDoorWaited() {
        PodServer hasty = network.server(limits(8, 300), store);
        Leases.Open open = leases.open(hasty, lease);
        Engine engine = leases.call(open.port(), lease);
        engine.session();
        await().during(java.time.Duration.ofMillis(600)).until(() -> !engine.closed.isDone());
        assertThat(open.ends()).hasValue(0);
    }

    @Test
    void closingTheDoorTellsTheCallerAndEndsItOnce() {
        Leases.Open open = leases.open(server, lease);
        Engine engine = leases.call(open.port(), lease);
        engine.session();
        closeDoor(open);
        closeDoor(open);
        assertThat(engine.whyClosed()).contains("CLOSING").contains("lease");
        await().until(() -> open.ends().get() == 1);
        closeDoor(open);
        assertThat(channelOf(open)).isEmpty();
        assertThat(open.ends()).hasValue(1);
    }

    @Test
    void aDoorThatNobodyCameByIsClosedToo() {
        Leases.Open open = leases.open(server, lease);
        closeDoor(open);
        await().until(() -> open.ends().get() == 1);
        assertThat(leases.call(open.port(), lease).whyClosed()).containsIgnoringCase("refused");
    }

    @Test
    void aPodThatGoesAwayClosesItsDoors() {
        Leases.Open waiting = leases.open(server, Leases.of(SessionKind.READ));
        Leases.Open taken = leases.open(server, lease);
        Engine engine = leases.call(taken.port(), lease);
        engine.session();
        server.close();
        assertThat(engine.whyClosed()).contains("CLOSING");
        await().until(() -> waiting.ends().get() == 1 && taken.ends().get() == 1);
        Leases.Open late = leases.open(server, Leases.of(SessionKind.READ));
        await().until(() -> late.ends().get() == 1);
    }

    @Test
    void aLeaseHasOneDoorAtATime() {
        Leases.Open first = leases.open(server, lease);
        Leases.Open second = leases.open(server, lease);
        await().until(() -> second.ends().get() == 1);
        leases.call(first.port(), lease).session();
        assertThat(first.ends()).hasValue(0);
    }

    @Test
    void thereAreNoMoreDoorsThanThePodTakesConnections() {
        PodServer small = network.server(limits(2, 30_000), store);
        leases.open(small, Leases.of(SessionKind.READ));
        Leases.Open second = leases.open(small, lease);
        Leases.Open third = leases.open(small, Leases.of(SessionKind.READ));
        await().until(() -> third.ends().get() == 1);
        closeDoor(second);
        await().until(() -> second.ends().get() == 1);
        Lease later = Leases.of(SessionKind.WRITE);
        leases.call(leases.open(small, later).port(), later).session();
    }

    @Test
    void silentCallersNeitherKeepOutTheRightOneNorPushOutThoseAtOtherDoors() throws IOException {
        Leases.Open flooded = leases.open(server, lease);
        Leases.Open quiet = leases.open(server, Leases.of(SessionKind.READ));
        try (java.net.Socket elsewhere = caller(quiet)) {
            List<java.net.Socket> silent = new ArrayList<>();
            for (int i = 0; i < 3 * LeasedDoor.MAX_CALLERS; i++) {
                silent.add(caller(flooded));
            }
            for (java.net.Socket early : silent.subList(0, 2 * LeasedDoor.MAX_CALLERS)) {
                assertThat(ends(early)).isTrue();
            }
            await().until(() -> server.refusedConnections() == 2 * LeasedDoor.MAX_CALLERS);
            leases.call(flooded.port(), lease).session();
            elsewhere.setSoTimeout(100);
            assertThat(ends(elsewhere)).isFalse();
            for (java.net.Socket socket : silent) {
                socket.close();
            }
        }
    }

    @Test
    void aFloodAtTheOrdinaryDoorPushesNobodyOutAtALeasedOne() throws IOException {
        ServerLimits few = new ServerLimits(8, 8, 64, 8 << 20, 10_000, 30_000, 60_000, 30_000);
        PodServer flooded = network.server(few, store);
        int port = Network.listen(flooded).port();
        try (java.net.Socket leased = caller(leases.open(flooded, lease))) {
            List<java.net.Socket> flood = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                flood.add(new java.net.Socket(InetAddress.getLoopbackAddress(), port));
            }
            await().until(() -> flooded.refusedConnections() == 13);
            leased.setSoTimeout(100);
            assertThat(ends(leased)).isFalse();
            for (java.net.Socket socket : flood) {
                socket.close();
            }
        }
    }

    @Test
    void aWayThatEndedBeforeItWasUsedIsSaidAtOnce() throws IOException {
        Leases.Open open = leases.open(server, lease);
        Channel channel =
                Leases.on(
                        network.engineLoop,
                        () -> network.engineLoop.adopt(Leases.connected(open.port()).intValue()));
        channel.close().syncUninterruptibly();
        Line line = new Line(channel, Network.POD, leases.volumeLeaf(lease), Optional.of(lease));
        Dialer dialer = (_, _, answer) -> network.engineLoop.execute(() -> answer.connected(line));
        TlsPodConnector connector =
                new TlsPodConnector(
                        network.engineLoop, Network.VOLUME, ClientLimits.DEFAULT, dialer);
        Engine engine = Engine.open(network, connector, SessionKind.WRITE);
        assertThat(engine.whyClosed()).contains("before it was used");
    }

    @Test
    void aDoorIsOpenedOnTheLoop() {
        assertThatThrownBy(() ->
                        server.open(
                                lease,
                                new EpollServerSocketChannel(),
                                leases.podLeaf(lease),
                                () -> {}))
                .isInstanceOf(IllegalStateException.class);
    }

    private static ServerLimits limits(int maxConnections, long leaseMillis) {
        return new ServerLimits(
                64, maxConnections, 64, 8 << 20, 10_000, leaseMillis, 60_000, 30_000);
    }

    private static java.net.Socket caller(Leases.Open open) throws IOException {
        return new java.net.Socket(InetAddress.getLoopbackAddress(), open.port());
    }

    private static boolean ends(java.net.Socket socket) throws IOException {
        if (socket.getSoTimeout() == 0) {
            socket.setSoTimeout(5_000);
        }
        InputStream in = socket.getInputStream();
        try {
            while (in.read() >= 0) {
                // an alert may come first
            }
            return true;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }
}
