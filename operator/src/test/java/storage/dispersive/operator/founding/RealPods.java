package storage.dispersive.operator.founding;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import storage.dispersive.identity.CertificateAuthority;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.seal.KeyShare;
import storage.dispersive.transport.SlotEndpoint;
import storage.dispersive.wire.PodName;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodReply.Description;
import storage.dispersive.wire.PodReply.Presence;
import storage.dispersive.wire.PodRequest;

/** Real storage pods in this process, and the operator's way to them. */
final class RealPods implements AutoCloseable {

    private static final long PATIENCE_MILLIS = 20_000;

    private final CertificateAuthority authority =
            CertificateAuthority.create("test", Duration.ofDays(1), Clock.systemUTC());
    private final List<RealPod> pods = new ArrayList<>();
    private final Map<PodName, SlotEndpoint> places = new HashMap<>();
    private final StoragePods line;

    private RealPods() {
        var admin = Identities.admin(authority);
        line =
                StoragePods.start(
                        () -> admin, pod -> Optional.ofNullable(places.get(pod)), PATIENCE_MILLIS);
    }

    static RealPods start(int count, Path directory) throws Exception {
        RealPods started = new RealPods();
        for (int i = 0; i < count; i++) {
            PodName name = PodNames.of("dv-photos-" + i, "default");
            RealPod pod = RealPod.start(name, directory.resolve(name.value()), started.authority);
            started.pods.add(pod);
            started.places.put(name, pod.placeOf(name));
        }
        return started;
    }

    StoragePods line() {
        return line;
    }

    CertificateAuthority authority() {
        return authority;
    }

    RealPod pod(int index) {
        return pods.get(index);
    }

    List<PodName> names() {
        return pods.stream().map(RealPod::name).toList();
    }

    /** From now on, the pod is believed to be there. */
    void move(PodName pod, SlotEndpoint place) {
        places.put(pod, place);
    }

    void unplace(PodName pod) {
        places.remove(pod);
    }

    List<Presence> presences(VolumeId volume) {
        return pods.stream()
                .map(pod -> ((Description) pod.ask(new PodRequest.Describe(volume))).presence())
                .toList();
    }

    /** Shares that are kept of the volume's key. */
    List<KeyShare> shares(VolumeId volume) {
        List<KeyShare> shares = new ArrayList<>();
        for (RealPod pod : pods) {
            if (pod.ask(new PodRequest.FetchShare(volume, pod.incarnation()))
                    instanceof PodReply.Share(byte[] share)) {
                shares.add(KeyShare.decode(share));
            }
        }
        return shares;
    }

    @Override
    public void close() {
        line.close();
        pods.forEach(RealPod::close);
    }
}
