package storage.dispersive.transport;

import java.util.Optional;
import storage.dispersive.wire.Greeting;
import storage.dispersive.wire.Greeting.Denied;
import storage.dispersive.wire.Greeting.Hello;
import storage.dispersive.wire.Greeting.Reason;
import storage.dispersive.wire.PodConnector.SessionKind;
import storage.dispersive.wire.PodName;
import storage.dispersive.wire.PodRequest;

/** Who may ask what of a pod. The table is in {@code docs/wire-protocol.md}. */
final class Admission {

    private Admission() {}

    /** Why this peer may not be greeted like this; empty if it may. */
    static Optional<Denied> denial(PeerIdentity peer, Hello hello, PodName self) {
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
        return switch (peer) {
            case PeerIdentity.Volume(var volume) when volume.equals(hello.volume()) ->
                    Optional.empty();
            case PeerIdentity.Admin _ -> Optional.empty();
            case PeerIdentity.Volume _, PeerIdentity.Pod _, PeerIdentity.Vnet _ ->
                    denied(
                            Reason.NOT_AUTHORIZED,
                            "the certificate is for " + peer + ", not volume " + hello.volume());
        };
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
            return Optional.of("an administrator founds, forgets and describes, nothing else");
        }
        if (hello.kind() == SessionKind.READ && !isReading(request)) {
            return Optional.of("this connection is for reading");
        }
        return Optional.empty();
    }

    private static boolean isForAdmins(PodRequest request) {
        return switch (request) {
            case PodRequest.Found _, PodRequest.Forget _, PodRequest.Describe _ -> true;
            case PodRequest.Fence _, PodRequest.ListHeaders _, PodRequest.Append _ -> false;
            case PodRequest.ReadUnits _, PodRequest.DeleteSegments _ -> false;
            case PodRequest.KeepShare _, PodRequest.FetchShare _ -> false;
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
