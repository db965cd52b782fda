package storage.dispersive.operator.identity;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.Optional;
import storage.dispersive.enrolment.VolumeName;
import storage.dispersive.operator.identity.Caller.Kind;
import storage.dispersive.transport.PeerIdentity;

/** Who may be what. For any thread; waits for the API server. */
final class Admission {

    private final ClusterView cluster;
    private final StoragePodCheck storagePods;
    private final NodePodCheck nodePods;
    private final AttachmentCheck volumes;

    Admission(ClusterView cluster, ServiceSettings settings) {
        this.cluster = cluster;
        this.storagePods = new StoragePodCheck(cluster, settings.comparesTemplates());
        this.nodePods =
                new NodePodCheck(cluster, settings.nodePlugin(), settings.comparesTemplates());
        this.volumes = new AttachmentCheck(cluster);
    }

    /**
     * What a caller is to be certified as.
     *
     * @throws RefusedException if it may not be what it wants; the message says why
     */
    PeerIdentity identity(Caller caller, Wanted wanted) throws RefusedException {
        return switch (wanted) {
            case Wanted.Own _ -> own(caller);
            case Wanted.Volume(VolumeName name) -> volume(caller, name);
        };
    }

    private PeerIdentity own(Caller caller) throws RefusedException {
        switch (caller.kind()) {
            case POD -> storagePods.check(caller, pod(caller));
            case VNET -> checkSidecar(caller, pod(caller));
            case ENGINE ->
                    throw RefusedException.forbidden(
                            "with a token for "
                                    + Kind.ENGINE.audience()
                                    + " only volumes can be asked for, at "
                                    + Wanted.VOLUME_PATH
                                    + "NAMESPACE/NAME");
        }
        try {
            return caller.kind() == Kind.POD
                    ? new PeerIdentity.Pod(caller.name())
                    : new PeerIdentity.Vnet(caller.name().value());
        } catch (IllegalArgumentException e) {
            throw RefusedException.malformed(String.valueOf(e.getMessage()));
        }
    }

    /** Whoever a pod says that it belongs to, all of its check has to hold. */
    private void checkSidecar(Caller caller, Pod pod) throws RefusedException {
        if (NodePodCheck.isOfDaemonSet(pod)) {
            nodePods.check(caller, pod);
        } else {
            storagePods.check(caller, pod);
        }
    }

    private PeerIdentity volume(Caller caller, VolumeName name) throws RefusedException {
        if (caller.kind() != Kind.ENGINE) {
            throw RefusedException.forbidden(
                    "volumes are asked for with a token for "
                            + Kind.ENGINE.audience()
                            + ", not "
                            + caller.kind().audience());
        }
        Pod pod = pod(caller);
        nodePods.check(caller, pod);
        return new PeerIdentity.Volume(
                volumes.check(name, Optional.ofNullable(pod.getSpec().getNodeName())));
    }

    private Pod pod(Caller caller) throws RefusedException {
        return cluster.pod(caller.namespace(), caller.pod())
                .filter(found -> caller.uid().equals(found.getMetadata().getUid()))
                .orElseThrow(() ->
                        RefusedException.forbidden(
                                caller.place() + " is not known, or another one now"));
    }
}
