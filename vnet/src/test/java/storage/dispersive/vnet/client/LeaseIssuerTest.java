package storage.dispersive.vnet.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import storage.dispersive.identity.CertificateAuthority;
import storage.dispersive.identity.IssuedIdentity;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.transport.Handshake.PeerKnown;
import storage.dispersive.transport.PeerIdentity;
import storage.dispersive.transport.TlsHandshake;
import storage.dispersive.transport.TlsIdentity;
import storage.dispersive.wire.Lease;
import storage.dispersive.wire.LeaseId;
import storage.dispersive.wire.PodConnector.SessionKind;
import storage.dispersive.wire.PodName;

class LeaseIssuerTest {

    private static final Duration DAY = Duration.ofDays(1);
    private static final int ROUNDS = 20;
    private static final VolumeId VOLUME = new VolumeId(7, 8);
    private static final Lease LEASE = new Lease(new LeaseId(1, 2), VOLUME, 3, SessionKind.WRITE);
    private static final PeerIdentity POD =
            new PeerIdentity.LeasedPod(new PodName("pod-0"), LEASE.id());

    private final CertificateAuthority old =
            CertificateAuthority.create("old", DAY, Clock.systemUTC());
    private final CertificateAuthority next =
            CertificateAuthority.create("next", DAY, Clock.systemUTC());

    private static LeaseIssuer volumeOf(CertificateAuthority signer) {
        return LeaseIssuer.of(signer.issueVolume(VOLUME, DAY), signer.certificatePem());
    }

    private static IssuedIdentity podOf(CertificateAuthority signer) {
        return signer.issuePod("pod-0", List.of(), List.of(), DAY);
    }

    @Test
    void leasesAreOfTheLatestCertificateAndThoseIssuedBeforeStayGood() throws IOException {
        LeaseIssuer pod = LeaseIssuer.of(podOf(old), old.certificatePem());
        TlsIdentity before = pod.issue(LEASE);
        pod.become(podOf(next), next.certificatePem());
        TlsIdentity after = pod.issue(LEASE);
        assertThat(whoServes(volumeOf(old), before)).contains(POD);
        assertThat(whoServes(volumeOf(next), after)).contains(POD);
        assertThat(whoServes(volumeOf(next), before)).isEmpty();
        assertThat(whoServes(volumeOf(old), after)).isEmpty();
    }

    @Test
    void bothAuthoritiesAreTrustedWhileOneTakesThePlaceOfTheOther() throws IOException {
        LeaseIssuer pod = LeaseIssuer.of(podOf(old), old.certificatePem());
        String both = old.certificatePem() + next.certificatePem();
        pod.become(podOf(old), both);
        LeaseIssuer volume = LeaseIssuer.of(next.issueVolume(VOLUME, DAY), both);
        assertThat(whoServes(volume, pod.issue(LEASE))).contains(POD);
    }

    @Test
    void whoCannotSignDoesNotTakeThePlaceOfWhoCan() throws IOException {
        LeaseIssuer pod = LeaseIssuer.of(podOf(old), old.certificatePem());
        IssuedIdentity sidecar = old.issueVnet("node-a", DAY);
        assertThatThrownBy(() -> pod.become(sidecar, old.certificatePem()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(whoServes(volumeOf(old), pod.issue(LEASE))).contains(POD);
    }

    /** Who the caller finds at the other end; nobody if either does not believe the other. */
    private static Optional<PeerIdentity> whoServes(LeaseIssuer caller, TlsIdentity served)
            throws IOException {
        End client = new End();
        End server = new End();
        EmbeddedChannel one = new EmbeddedChannel();
        EmbeddedChannel other = new EmbeddedChannel();
        new TlsHandshake(served).asServer(other);
        other.pipeline().addLast(server);
        new TlsHandshake(caller.issue(LEASE)).asClient(one);
        one.pipeline().addLast(client);
        for (int round = 0; round < ROUNDS; round++) {
            pump(one, other);
            pump(other, one);
        }
        one.finishAndReleaseAll();
        other.finishAndReleaseAll();
        return Optional.ofNullable(server.peer == null ? null : client.peer);
    }

    private static void pump(EmbeddedChannel from, EmbeddedChannel to) {
        from.runPendingTasks();
        for (Object bytes = from.readOutbound(); bytes != null; bytes = from.readOutbound()) {
            if (to.isOpen()) {
                var _ = to.writeOneInbound(bytes);
            } else {
                ReferenceCountUtil.release(bytes);
            }
        }
        if (to.isOpen()) {
            to.flushInbound();
        }
        to.runPendingTasks();
    }

    private static final class End extends ChannelInboundHandlerAdapter {
        private @Nullable PeerIdentity peer;

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof PeerKnown(PeerIdentity known)) {
                peer = known;
            }
        }

        @Override
        @SuppressWarnings("deprecation") // inherited from ChannelHandler
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            var _ = ctx.close();
        }
    }
}
