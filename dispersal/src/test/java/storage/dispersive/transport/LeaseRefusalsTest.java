package storage.dispersive.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.ssl.SslProvider;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import storage.dispersive.identity.Forger;
import storage.dispersive.identity.IssuedIdentity;
import storage.dispersive.identity.LeaseAuthority;
import storage.dispersive.portion.Code;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.wire.Lease;
import storage.dispersive.wire.LeaseId;
import storage.dispersive.wire.Messages;
import storage.dispersive.wire.PodConnector.SessionKind;
import storage.dispersive.wire.PodName;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodRequest;
import storage.dispersive.wire.Refusal;

/** A lease opens its own door and no other, and nothing else opens that. */
class LeaseRefusalsTest {

    private static final VolumeId OTHER_VOLUME = new VolumeId(1, 2);

    private final Network network = new Network();
    private final FakeStore store = new FakeStore();
    private final Leases leases = new Leases(network);
    private final PodServer server = network.server(ServerLimits.DEFAULT, store);
    private final Lease lease = Leases.of(SessionKind.WRITE);

    @AfterEach
    void close() {
        network.close();
    }

    private void assertTurnedAway(Engine engine, String why) {
        assertThat(engine.whyClosed()).contains(why);
        assertThat(engine.opened).isCompletedExceptionally();
        assertThat(store.seen).isEmpty();
        assertThat(server.connections()).isEmpty();
    }

    static List<Lease> otherwise() {
        LeaseId id = new LeaseId(5, 6);
        Lease right = new Lease(id, Network.VOLUME, 3, SessionKind.WRITE);
        return List.of(
                new Lease(id, OTHER_VOLUME, right.slot(), right.kind()),
                new Lease(id, right.volume(), 4, right.kind()),
                new Lease(id, right.volume(), right.slot(), SessionKind.READ),
                new Lease(new LeaseId(5, 7), right.volume(), right.slot(), right.kind()));
    }

    @ParameterizedTest
    @MethodSource("otherwise")
    void aLeaseOfSomethingElseDoesNotOpenTheDoor(Lease other) {
        Lease right = new Lease(new LeaseId(5, 6), Network.VOLUME, 3, SessionKind.WRITE);
        Leases.Open open = leases.open(server, right);
        TlsIdentity shown =
                network.identity(
                        Leases.issue(
                                network.authority.issueVolume(other.volume(), Network.YEAR),
                                other));
        assertTurnedAway(leases.call(open.port(), right, shown, right), "NOT_AUTHORIZED");
        assertTurnedAway(leases.call(open.port(), right, shown, other), "NOT_AUTHORIZED");
        // The door stays open for whom it is meant for.
        leases.call(open.port(), right).session();
    }

    static List<Lease> greetedOtherwise() {
        return otherwise().subList(0, 3);
    }

    @ParameterizedTest
    @MethodSource("greetedOtherwise")
    void theRightLeaseDoesNotAskForSomethingElse(Lease greeted) {
        Lease right = new Lease(new LeaseId(5, 6), Network.VOLUME, 3, SessionKind.WRITE);
        Leases.Open open = leases.open(server, right);
        Engine engine = leases.call(open.port(), right, leases.volumeLeaf(right), greeted);
        assertTurnedAway(engine, "NOT_AUTHORIZED");
    }

    @Test
    void whatHasNoLeaseDoesNotOpenTheDoor() {
        Leases.Open open = leases.open(server, lease);
        for (TlsIdentity shown :
                List.of(
                        network.volumeIdentity(),
                        network.identity(network.authority.issueAdmin(Network.YEAR)),
                        network.podIdentity(Network.POD),
                        network.identity(network.authority.issueVnet("node-1", Network.YEAR)))) {
            assertTurnedAway(leases.call(open.port(), lease, shown), "NOT_AUTHORIZED");
        }
    }

    @ParameterizedTest
    @EnumSource(OrdinaryDoor.class)
    void aLeaseDoesNotOpenTheOrdinaryDoor(OrdinaryDoor welcome) {
        Network.Listening pod = listen(welcome);
        Engine engine = direct(pod, leases.volumeLeaf(lease));
        assertThat(engine.whyClosed()).contains("NOT_AUTHORIZED").contains("door of its own");
        assertThat(pod.server().connections()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(OrdinaryDoor.class)
    void whoMakesVirtualNetworksIsNobodyAtTheOrdinaryDoor(OrdinaryDoor welcome) {
        TlsIdentity vnet = network.identity(network.authority.issueVnet("node-1", Network.YEAR));
        assertThat(direct(listen(welcome), vnet).whyClosed()).contains("NOT_AUTHORIZED");
    }

    @Test
    void whereThePodIsAdministeredNoVolumeGetsIn() {
        Network.Listening pod = listen(OrdinaryDoor.ADMINISTRATION);
        Engine engine = direct(pod, network.volumeIdentity());
        assertThat(engine.whyClosed())
                .contains("NOT_AUTHORIZED")
                .contains("only through virtual network machines");
        assertThat(pod.server().connections()).isEmpty();
        assertThat(store.seen).isEmpty();
    }

    @Test
    void whereThePodIsAdministeredNoPortionIsTaken() {
        TlsIdentity admin = network.identity(network.authority.issueAdmin(Network.YEAR));
        Engine engine = direct(listen(OrdinaryDoor.ADMINISTRATION), admin);
        assertThat(engine.ask(new PodRequest.Describe(Network.VOLUME)))
                .isInstanceOf(PodReply.Description.class);
        ByteBuf portion = Unpooled.buffer().writeZero(5_000);
        assertInvalid(
                engine.ask(new PodRequest.Append(Network.VOLUME, Messages.INCARNATION, portion)));
        assertThat(store.portions).isEmpty();
        await().until(() -> portion.refCnt() == 0);
    }

    @Test
    void anAdministratorLeavesAShareOfTheKeyAndGetsNone() {
        TlsIdentity admin = network.identity(network.authority.issueAdmin(Network.YEAR));
        Engine engine = direct(listen(OrdinaryDoor.ADMINISTRATION), admin);
        byte[] share = {1, 2, 3};
        assertThat(
                        engine.ask(
                                new PodRequest.KeepShare(
                                        Network.VOLUME, Messages.INCARNATION, share)))
                .isInstanceOf(PodReply.ShareKept.class);
        assertInvalid(engine.ask(new PodRequest.FetchShare(Network.VOLUME, Messages.INCARNATION)));
    }

    @Test
    void underALeaseNothingIsAskedOfAnotherVolumeOrSlot() {
        Engine engine = leases.call(leases.open(server, lease).port(), lease);
        assertInvalid(engine.ask(new PodRequest.Describe(OTHER_VOLUME)));
        Code code = new Code(4, 2);
        assertInvalid(engine.ask(new PodRequest.Found(Network.VOLUME, Leases.SLOT + 1, code)));
        assertThat(store.seen).isEmpty();
        assertThat(engine.ask(new PodRequest.Found(Network.VOLUME, Leases.SLOT, code)))
                .isInstanceOf(PodReply.Founded.class);
    }

    @Test
    void underALeaseForReadingNothingIsWritten() {
        Lease reading = Leases.of(SessionKind.READ);
        Engine engine = leases.call(leases.open(server, reading).port(), reading);
        assertInvalid(
                engine.ask(
                        new PodRequest.Append(
                                Network.VOLUME,
                                Messages.INCARNATION,
                                Unpooled.buffer().writeZero(100))));
        assertThat(store.seen).isEmpty();
    }

    @Test
    void aLeaseThatHasExpiredIsRefusedByBothEnds() {
        Clock anHourAgo = Clock.fixed(Instant.now().minus(Duration.ofHours(1)), ZoneOffset.UTC);
        TlsIdentity lateVolume =
                network.identity(LeaseAuthority.load(leases.volume, anHourAgo).issue(lease));
        Leases.Open open = leases.open(server, lease);
        assertTurnedAway(leases.call(open.port(), lease, lateVolume), "EXPIRED");
        Lease second = Leases.of(SessionKind.WRITE);
        TlsIdentity latePod =
                network.identity(LeaseAuthority.load(leases.pod, anHourAgo).issue(second));
        Leases.Open late = leases.open(server, second, latePod);
        assertThat(leases.call(late.port(), second).whyClosed()).isNotBlank();
        assertThat(server.connections()).isEmpty();
    }

    @Test
    void aPodWithAnotherLeaseOrNoneOrOfAnotherNameIsNotBelieved() {
        IssuedIdentity otherPod = network.issuedPod(new PodName("pod-1"));
        for (IssuedIdentity answering :
                List.of(
                        Leases.issue(leases.pod, Leases.of(SessionKind.WRITE)),
                        leases.pod,
                        Leases.issue(otherPod, lease))) {
            Leases.Open open = leases.open(server, lease, network.identity(answering));
            assertTurnedAway(leases.call(open.port(), lease), "under lease " + lease.id());
            network.podLoop.execute(open.door()::close);
            await().until(() -> open.ends().get() == 1);
        }
    }

    @Test
    void aPodUnderALeaseIsNotBelievedWhereThePodItselfIsMeant() {
        Leases.Open open = leases.open(server, lease);
        TlsPodConnector connector =
                new TlsPodConnector(
                        network.engineLoop,
                        Network.VOLUME,
                        ClientLimits.DEFAULT,
                        leases.dialer(open.port(), leases.volumeLeaf(lease), Optional.empty()));
        Engine engine = Engine.open(network, connector, SessionKind.WRITE);
        assertTurnedAway(engine, "was called, but pod pod-0 under lease");
    }

    @Test
    void whomAVolumesKeySignedIsNobodyAtAnyDoor() {
        Network.Listening pod = listen(OrdinaryDoor.ALL);
        Leases.Open open = leases.open(server, lease);
        Lease foreign = new Lease(lease.id(), OTHER_VOLUME, lease.slot(), lease.kind());
        Forger forger = new Forger(leases.volume);
        for (PeerIdentity claimed :
                List.of(
                        new PeerIdentity.Admin(),
                        new PeerIdentity.Volume(Network.VOLUME),
                        new PeerIdentity.LeasedVolume(foreign))) {
            TlsIdentity forged = network.identity(forger.end(claimed.uri()));
            for (Engine engine :
                    List.of(direct(pod, forged), leases.call(open.port(), lease, forged))) {
                engine.whyClosed();
                assertThat(engine.opened).isCompletedExceptionally();
            }
        }
        await().until(() -> pod.server().refusedConnections() == 3);
        assertThat(store.seen).isEmpty();
    }

    @Test
    void aPodThatAVolumesKeySignedIsNotBelieved() {
        Lease other = Leases.of(SessionKind.WRITE);
        PeerIdentity leased = new PeerIdentity.LeasedPod(Network.POD, other.id());
        TlsIdentity forged = network.identity(new Forger(leases.volume).end(leased.uri()));
        Leases.Open open = leases.open(server, other, forged);
        assertTurnedAway(leases.call(open.port(), other), "only pod pod-0 makes");
        PeerIdentity pod = new PeerIdentity.Pod(Network.POD);
        TlsIdentity impostor = network.identity(new Forger(leases.volume).end(pod.uri()));
        Network.Listening listening =
                network.listen(new TlsHandshake(impostor), ServerLimits.DEFAULT, store);
        assertTurnedAway(direct(listening, network.volumeIdentity()), "only an authority makes");
    }

    static List<List<SslProvider>> providers() {
        List<SslProvider> both = List.of(SslProvider.OPENSSL, SslProvider.JDK);
        return both.stream()
                .flatMap(pod -> both.stream().map(engine -> List.of(pod, engine)))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("providers")
    void allThisHoldsWhateverDoesTheTls(List<SslProvider> providers) {
        SslProvider pod = providers.getFirst();
        SslProvider engine = providers.getLast();
        TlsIdentity answering = leases.identity(Leases.issue(leases.pod, lease), pod);
        Leases.Open open = leases.open(server, lease, answering);
        TlsIdentity forged =
                leases.identity(
                        new Forger(leases.volume).end(new PeerIdentity.Admin().uri()), engine);
        Network.Listening ordinary =
                network.listen(
                        new TlsHandshake(leases.identity(leases.pod, pod)),
                        ServerLimits.DEFAULT,
                        store);
        Engine forger = direct(ordinary, forged);
        forger.whyClosed();
        assertThat(forger.opened).isCompletedExceptionally();
        await().until(() -> ordinary.server().refusedConnections() == 1);
        Lease other = new Lease(lease.id(), lease.volume(), lease.slot() + 1, lease.kind());
        TlsIdentity wrong = leases.identity(Leases.issue(leases.volume, other), engine);
        assertTurnedAway(leases.call(open.port(), lease, wrong), "NOT_AUTHORIZED");
        TlsIdentity right = leases.identity(mixedUp(Leases.issue(leases.volume, lease)), engine);
        Engine served = leases.call(open.port(), lease, right);
        assertThat(served.ask(new PodRequest.Describe(Network.VOLUME)))
                .isInstanceOf(PodReply.Description.class);
    }

    /** With certificates between the leaf and its signer that have nothing to do with it. */
    private IssuedIdentity mixedUp(IssuedIdentity leased) {
        String end = "-----END CERTIFICATE-----\n";
        int leaf = leased.certificatePem().indexOf(end) + end.length();
        return new IssuedIdentity(
                leased.certificatePem().substring(0, leaf)
                        + network.authority.certificatePem()
                        + network.authority.issueVolume(OTHER_VOLUME, Network.YEAR).certificatePem()
                        + leased.certificatePem().substring(leaf),
                leased.privateKeyPem());
    }

    private Network.Listening listen(OrdinaryDoor welcome) {
        TlsHandshake pod = new TlsHandshake(network.identity(leases.pod));
        return Network.listen(network.server(pod, welcome, ServerLimits.DEFAULT, store));
    }

    private Engine direct(Network.Listening pod, TlsIdentity shown) {
        return Engine.open(
                network, network.connector(shown, pod.as(Network.POD)), SessionKind.WRITE);
    }

    private static void assertInvalid(PodReply reply) {
        assertThat(reply)
                .isInstanceOfSatisfying(
                        PodReply.Refused.class,
                        refused -> assertThat(refused.refusal()).isEqualTo(Refusal.INVALID));
    }
}
