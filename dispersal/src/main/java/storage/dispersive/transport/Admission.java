package storage.dispersive.transport;

import java.util.Optional;
import storage.dispersive.wire.Greeting;
import storage.dispersive.wire.Greeting.Denied;
import storage.dispersive.wire.Greeting.Hello;
import storage.dispersive.wire.Greeting.Reason;
import storage.dispersive.wire.Lease;
import storage.dispersive.wire.PodConnector.SessionKind;
import storage.dispersive.wire.PodName;
import storage.dispersive.wire.PodRequest;

/** Who may ask what of a pod. The table is in {@code docs/wire-protocol.md}. */
final class Admission {

    private Admission() {}

    /** Why this peer may not come in by the ordinary door; empty if it may. */
    static Optional<Denied> atOrdinaryDoor(
            OrdinaryDoor welcome, PeerIdentity peer, Hello hello, PodName self) {
        return mistaken(hello, self).or(() -> unwelcome(welcome, peer, hello));
    }

    private static Optional<Denied> unwelcome(
            OrdinaryDoor welcome, PeerIdentity peer, Hello hello) {
        return switch (peer) {
            case PeerIdentity.Admin _ -> Optional.empty();
            case PeerIdentity.Volume(var volume) when volume.equals(hello.volume()) ->
                    switch (welcome) {
                        case ALL -> Optional.empty();
                        case ADMINISTRATION ->
                                unauthorized(
                                        "at this address pods are administered; portions travel"
                                                + " only through virtual network machines");
                    };
            case PeerIdentity.Volume _, PeerIdentity.Pod _, PeerIdentity.Vnet _ ->
                    unauthorized(
                            "the certificate is for " + peer + ", not volume " + hello.volume());
            case PeerIdentity.LeasedVolume _, PeerIdentity.LeasedPod _ ->
                    unauthorized(
                            "the certificate is for "
                                    + peer
                                    + ", which has a door of its own, not this address");
        };
    }

    /** Why this peer may not come in by the door that is open for {@code lease}. */
    static Optional<Denied> atLeasedDoor(
            Lease lease, PeerIdentity peer, Hello hello, PodName self) {
        Optional<Denied> mistaken = mistaken(hello, self);
        if (mistaken.isPresent()) {
            return mistaken;
        }
        if (!peer.equals(new PeerIdentity.LeasedVolume(lease))) {
            return unauthorized("the certificate is for " + peer + ", not for " + lease);
        }
        if (!hello.volume().equals(lease.volume())
                || hello.slot() != lease.slot()
                || hello.kind() != lease.kind()) {
            return unauthorized(
                    "the caller wants volume "
                            + hello.volume()
                            + ", slot "
                            + hello.slot()
                            + ", "
                            + hello.kind()
                            + " under "
                            + lease);
        }
        return Optional.empty();
    }

    private static Optional<Denied> mistaken(Hello hello, PodName self) {
        if (hello.versions().common(Greeting.SPOKEN).isEmpty()) {
            return denied(
                    Reason.VERSION,
                    "this pod speaks version "
                            + Greeting.SPOKEN
                            + " of the protocol, the caller "
                            + hello.versions());
        }
        if (!hello.pod().equals(self)) {
            return denied(Reason.WRONG_POD, "this is pod " + self + ", not " + hello.pod());
        }
        return Optional.empty();
    }

    private static Optional<Denied> unauthorized(String detail) {
        return denied(Reason.NOT_AUTHORIZED, detail);
    }

    private static Optional<Denied> denied(Reason reason, String detail) {
        return Optional.of(new Denied(reason, Greeting.SPOKEN, detail));
    }

    /** Why this request may not come over a connection that was greeted so; empty if it may. */
    static Optional<String> refusal(PeerIdentity peer, Hello hello, PodRequest request) {
        boolean admin = peer instanceof PeerIdentity.Admin;
        if (!admin && !request.volume().equals(hello.volume())) {
            return Optional.of(
                    "this connection is for volume "
                            + hello.volume()
                            + ", not "
                            + request.volume());
        }
        if (admin && !isForAdmins(request)) {
            return Optional.of(
                    "an administrator founds, keeps a share of the key, forgets and describes,"
                            + " nothing else");
        }
        if (hello.kind() == SessionKind.READ && !isReading(request)) {
            return Optional.of("this connection is for reading");
        }
        if (peer instanceof PeerIdentity.LeasedVolume
                && request instanceof PodRequest.Found found
                && found.slot() != hello.slot()) {
            return Optional.of("this connection is for slot " + hello.slot());
        }
        return Optional.empty();
    }

    private static boolean isForAdmins(PodRequest request) {
        return switch (request) {
            case PodRequest.Found _, PodRequest.Forget _, PodRequest.Describe _ -> true;
            case PodRequest.KeepShare _ -> true;
            case PodRequest.Fence _, PodRequest.ListHeaders _, PodRequest.Append _ -> false;
            case PodRequest.ReadUnits _, PodRequest.DeleteSegments _ -> false;
            case PodRequest.FetchShare _ -> false;
        };
    }

    private static boolean isReading(PodRequest request) {
        return switch (request) {
            case PodRequest.ReadUnits _, PodRequest.ListHeaders _ -> true;
            case PodRequest.FetchShare _, PodRequest.Describe _ -> true;
            case PodRequest.Found _, PodRequest.Fence _, PodRequest.Append _ -> false;
            case PodRequest.DeleteSegments _, PodRequest.Forget _ -> false;
            case PodRequest.KeepShare _ -> false;
        };
    }
}
