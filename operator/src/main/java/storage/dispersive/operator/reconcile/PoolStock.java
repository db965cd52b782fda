package storage.dispersive.operator.reconcile;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import storage.dispersive.api.v1alpha1.DispersivePoolStatus.PoolPod;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.api.v1alpha1.Portion;
import storage.dispersive.operator.upkeep.Roll;
import storage.dispersive.operator.upkeep.Survival;

/**
 * What the pods of a pool hold of its volumes. It is judged by the pods' disks, not by the states
 * that volumes have recorded: those come later.
 */
record PoolStock(List<PoolPod> pods, List<DispersiveVolume> volumes) implements Survival {

    PoolStock {
        pods = List.copyOf(pods);
        volumes = volumes.stream().filter(Volumes::isFounded).toList();
    }

    /** Whether each pod that serves holds all that it should. */
    Roll.Stock state() {
        boolean isWhole =
                volumes.stream()
                        .flatMap(it -> Volumes.recorded(it).stream())
                        .allMatch(it -> !serves(it) || isHeld(it));
        return isWhole ? Roll.Stock.WHOLE : Roll.Stock.DAMAGED;
    }

    @Override
    public Optional<String> whyNotWithout(String pod) {
        return volumes.stream()
                .filter(it -> Volumes.recorded(it).stream().anyMatch(row -> row.pod().equals(pod)))
                .flatMap(it -> lossWithout(pod, it).stream())
                .findFirst();
    }

    private Optional<String> lossWithout(String pod, DispersiveVolume volume) {
        long left =
                Volumes.recorded(volume).stream()
                        .filter(it -> !it.pod().equals(pod) && serves(it) && isHeld(it))
                        .count();
        return Volumes.lossWith(left, volume);
    }

    private boolean serves(Portion portion) {
        return pod(portion).filter(it -> it.state() == Portion.State.SERVING).isPresent();
    }

    private boolean isHeld(Portion portion) {
        return portion.state() != Portion.State.WIPED
                && pod(portion)
                        .filter(it -> Objects.equals(it.incarnation(), portion.incarnation()))
                        .isPresent();
    }

    private Optional<PoolPod> pod(Portion portion) {
        return pods.stream().filter(it -> it.pod().equals(portion.pod())).findFirst();
    }
}
