package storage.dispersive.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import storage.dispersive.identity.CertificateAuthority;
import storage.dispersive.identity.IssuedIdentity;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.wire.Greeting;
import storage.dispersive.wire.Greeting.Hello;
import storage.dispersive.wire.PodConnector.SessionKind;
import storage.dispersive.wire.PodName;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodRequest;

/** Nobody gets in who should not, nobody holds the pod up, and it serves others meanwhile. */
class UnwelcomeCallersTest {

    private static final ServerLimits HASTY =
            new ServerLimits(8, 2, 16, 8 << 20, 400, 400, 700, 400);

    private final Network network = new Network();
    private final FakeStore store = new FakeStore();
    private final Network.Listening pod = network.listen(HASTY, store);

    @AfterEach
    void theRightOneStillGetsInAndAllIsClosed() {
        try {
            Engine right = open(network.volumeIdentity(), Network.POD);
            await().untilAsserted(() -> assertThat(pod.server().connections()).isNotEmpty());
            assertThat(right.ask(new PodRequest.Describe(Network.VOLUME)))
                    .isInstanceOf(PodReply.Description.class);
        } finally {
            network.close();
        }
    }

    private Engine open(TlsIdentity identity, PodName name) {
        return Engine.open(network, network.connector(identity, pod.as(name)), SessionKind.WRITE);
    }

    private void assertRefused(TlsIdentity identity, String why) {
        Engine engine = open(identity, Network.POD);
        assertThat(engine.whyClosed()).containsIgnoringCase(why);
        assertThat(engine.opened).isCompletedExceptionally();
        await().until(() -> pod.server().refusedConnections() == 1);
        assertThat(store.seen).isEmpty();
    }

    @Test
    void anotherAuthoritysVolumeIsRefused() {
        CertificateAuthority other =
                CertificateAuthority.create("other", Network.YEAR, Clock.systemUTC());
        IssuedIdentity issued = other.issueVolume(Network.VOLUME, Network.YEAR);
        assertRefused(Network.identity(issued, network.authority.certificatePem()), "alert");
    }

    @Test
    void aPodOfAnotherAuthorityIsNotTrusted() {
        CertificateAuthority other =
                CertificateAuthority.create("other", Network.YEAR, Clock.systemUTC());
        IssuedIdentity issued = network.authority.issueVolume(Network.VOLUME, Network.YEAR);
        assertRefused(Network.identity(issued, other.certificatePem()), "certification path");
    }

    @Test
    void anExpiredCertificateIsRefused() {
        Clock past = Clock.fixed(Instant.now().minus(Duration.ofDays(30)), ZoneOffset.UTC);
        CertificateAuthority earlier =
                CertificateAuthority.load(network.authority.authority(), past);
        IssuedIdentity expired = earlier.issueVolume(Network.VOLUME, Duration.ofDays(1));
        assertRefused(network.identity(expired), "alert");
    }

    @Test
    void anotherVolumesCertificateIsRefused() {
        TlsIdentity other =
                network.identity(network.authority.issueVolume(new VolumeId(1, 2), Network.YEAR));
        assertRefused(other, "NOT_AUTHORIZED");
    }

    @Test
    void aPodsCertificateDoesNotMakeAVolume() {
        assertRefused(network.podIdentity(new PodName("pod-1")), "NOT_AUTHORIZED");
    }

    @Test
    void aVolumesCertificateDoesNotMakeAPod() {
        var impostor =
                network.listen(
                        new TlsHandshake(network.volumeIdentity()), ServerLimits.DEFAULT, store);
        Engine engine =
                Engine.open(
                        network,
                        network.connector(network.volumeIdentity(), impostor.as(Network.POD)),
                        SessionKind.WRITE);
        assertThat(engine.whyClosed()).isNotBlank();
        assertThat(store.seen).isEmpty();
    }

    @Test
    void anotherPodThanTheOneThatWasMeantIsNotTrusted() {
        Engine engine = open(network.volumeIdentity(), new PodName("pod-7"));
        assertThat(engine.whyClosed()).contains("pod-7").contains("pod-0");
        assertThat(engine.opened).isCompletedExceptionally();
    }

    @Test
    void aPodSaysThatAnotherWasMeant() {
        Hello wrong = hello(Greeting.SPOKEN, new PodName("pod-7"));
        assertThat(deniedBy(wrong)).contains("pod-0");
    }

    @Test
    void aVersionThatThePodDoesNotSpeakIsRefusedWithThoseThatItSpeaks() {
        assertThat(deniedBy(hello(new Greeting.Versions(2, 9), Network.POD)))
                .contains("version 1 of the protocol")
                .contains("2 to 9");
    }

    private static Hello hello(Greeting.Versions versions, PodName name) {
        return new Hello(versions, Network.VOLUME, SessionKind.WRITE, 0, name);
    }

    private String deniedBy(Hello hello) {
        PeerIdentity volume = new PeerIdentity.Volume(Network.VOLUME);
        return Admission.atOrdinaryDoor(OrdinaryDoor.ALL, volume, hello, Network.POD)
                .orElseThrow()
                .detail();
    }

    @Test
    void aCallerOfALaterVersionHearsWhyOverTheWire() {
        TlsPodConnector connector =
                network.connector(network.volumeIdentity(), pod.as(Network.POD));
        Engine engine = Engine.observing(network.engineLoop);
        Hello later = hello(new Greeting.Versions(2, 9), Network.POD);
        SharedDialer dialer = network.dialer(network.volumeIdentity(), pod.as(Network.POD));
        network.engineLoop.execute(() ->
                dialer.dial(
                        0,
                        SessionKind.WRITE,
                        new Dialer.Answer() {
                            @Override
                            public void connected(Line line) {
                                connector.begin(line, later, engine);
                            }

                            @Override
                            public void failed(String why) {
                                engine.closed(why);
                            }
                        }));
        assertThat(engine.whyClosed()).contains("VERSION").contains("2 to 9");
    }

    @Test
    void nobodyGetsInWithoutACertificate() {
        RawTls caller = new RawTls(network, pod.port(), null);
        caller.send("00000010040000000000000000000000");
        assertThat(caller.untilClosed()).isEmpty();
        await().until(() -> pod.server().refusedConnections() == 1);
        assertThat(store.seen).isEmpty();
    }

    @Test
    void rubbishInsteadOfTlsEndsTheConnection() throws IOException {
        Random random = new Random(7);
        for (int i = 0; i < 20; i++) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), pod.port())) {
                byte[] rubbish = new byte[1 + random.nextInt(2000)];
                random.nextBytes(rubbish);
                socket.setSoTimeout(5_000);
                socket.getOutputStream().write(rubbish);
                assertThat(ends(socket)).isTrue();
            }
        }
        await().until(() -> pod.server().refusedConnections() == 20);
    }

    @Test
    void rubbishFramesInsideTlsAreAnsweredWithTheReason() {
        String[] rubbish = {
            "47455420",
            "00".repeat(16),
            "ff".repeat(16),
            "00000010400000000000000000000000de109ede",
            "7fffffff130000180102030405060708"
        };
        for (String frame : rubbish) {
            RawTls caller = new RawTls(network, pod.port(), network.volumeIdentity());
            caller.send(frame);
            String heard = caller.untilClosed();
            assertThat(heard.isEmpty() || heard.substring(8, 10).equals("03")).isTrue();
        }
        await().until(() -> pod.server().refusedConnections() == rubbish.length);
    }

    @Test
    void anOversizedOrReplayedFrameAfterTheGreetingEndsTheConnection() {
        String describe = Frames.describe(1);
        String oversized = "7fffffff130000180102030405060708";
        for (String bad : List.of(describe + describe, oversized, Frames.describe(0))) {
            RawTls caller = new RawTls(network, pod.port(), network.volumeIdentity());
            caller.send(Frames.hello() + bad);
            String heard = caller.untilClosed();
            assertThat(heard).contains(Frames.DENIED_MALFORMED);
        }
        await().until(() -> pod.server().connections().isEmpty());
        assertThat(pod.server().refusedConnections()).isEqualTo(3);
    }

    @Test
    void aHandshakeThatDoesNotEndIsCut() throws IOException {
        List<Socket> slow = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            slow.add(new Socket(InetAddress.getLoopbackAddress(), pod.port()));
        }
        long before = System.nanoTime();
        Engine honest = open(network.volumeIdentity(), Network.POD);
        assertThat(honest.ask(new PodRequest.Describe(Network.VOLUME))).isNotNull();
        assertThat(System.nanoTime() - before).isLessThan(5_000_000_000L);
        for (Socket socket : slow) {
            socket.setSoTimeout(5_000);
            assertThat(ends(socket)).isTrue();
            socket.close();
        }
        await().until(() -> pod.server().refusedConnections() == 50);
    }

    @Test
    void whoSaysNothingAfterTlsIsCut() {
        RawTls caller = new RawTls(network, pod.port(), network.volumeIdentity());
        assertThat(caller.untilClosed()).isEmpty();
        await().until(() -> pod.server().refusedConnections() == 1);
    }

    @Test
    void whoSaysNothingAfterTheGreetingOrNeverEndsAFrameIsTold() {
        RawTls idle = new RawTls(network, pod.port(), network.volumeIdentity());
        idle.send(Frames.hello());
        assertThat(idle.untilClosed()).contains(Frames.DENIED_TOO_SLOW);
        RawTls endless = new RawTls(network, pod.port(), network.volumeIdentity());
        endless.send(Frames.hello() + Frames.describe(1).substring(0, 20));
        assertThat(endless.untilClosed()).contains(Frames.DENIED_TOO_SLOW);
    }

    @Test
    void noMoreConnectionsAreTakenThanTheLimitSays() {
        ServerLimits two = new ServerLimits(8, 2, 16, 8 << 20, 10_000, 10_000, 60_000, 10_000);
        Network.Listening full = network.listen(two, store);
        TlsPodConnector connector =
                network.connector(network.volumeIdentity(), full.as(Network.POD));
        Engine first = Engine.open(network, connector, SessionKind.WRITE);
        first.session();
        Engine.open(network, connector, SessionKind.WRITE).session();
        Engine third = Engine.open(network, connector, SessionKind.WRITE);
        assertThat(third.whyClosed()).contains("TOO_MANY_CONNECTIONS");
        first.close();
        first.whyClosed();
        await().until(() -> full.server().connections().size() == 1);
        Engine.open(network, connector, SessionKind.WRITE).session();
    }

    @Test
    void anIdentityThatIsNoneIsRefusedWhenItIsLoaded() {
        byte[] rubbish = Network.bytes("rubbish");
        assertThatThrownBy(() -> TlsIdentity.of(rubbish, rubbish, rubbish))
                .isInstanceOf(IOException.class);
    }

    private static boolean ends(Socket socket) throws IOException {
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
