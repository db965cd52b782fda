package storage.dispersive.operator.founding;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import storage.dispersive.api.v1alpha1.DispersiveVolumeStatus;
import storage.dispersive.api.v1alpha1.Portion;
import storage.dispersive.portion.Incarnation;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.volume.Member;
import storage.dispersive.wire.PodName;

/** How founding stands in a volume's status: {@code volumeId} and {@code portions}. */
public final class FoundingInStatus {

    private FoundingInStatus() {}

    /**
     * What a status says of founding.
     *
     * @throws IllegalStateException if nobody of ours can have written it
     */
    public static Founding read(@Nullable DispersiveVolumeStatus status, String namespace) {
        if (status == null || status.volumeId() == null) {
            return new Founding.Untried();
        }
        VolumeId volume = VolumeId.parse(status.volumeId());
        List<Portion> portions =
                portions(status).stream().sorted(Comparator.comparingInt(Portion::index)).toList();
        if (portions.stream().allMatch(portion -> portion.incarnation() == null)) {
            return new Founding.Attempted(
                    volume,
                    portions.stream()
                            .map(portion -> PodNames.of(portion.pod(), namespace))
                            .toList());
        }
        return new Founding.Founded(
                volume, portions.stream().map(portion -> member(portion, namespace)).toList());
    }

    /** The status with another founding, and all else as it is. */
    public static DispersiveVolumeStatus write(
            @Nullable DispersiveVolumeStatus status, Founding next, String namespace) {
        DispersiveVolumeStatus before =
                Objects.requireNonNullElse(status, DispersiveVolumeStatus.NONE);
        return switch (next) {
            case Founding.Untried _ -> with(before, null, before.portions());
            case Founding.Attempted(VolumeId volume, List<PodName> pods) -> {
                List<Portion> portions = new ArrayList<>();
                for (int slot = 0; slot < pods.size(); slot++) {
                    String pod = PodNames.inNamespace(pods.get(slot), namespace);
                    portions.add(admitted(portion(before, slot, pod), null));
                }
                yield with(before, volume, portions);
            }
            case Founding.Founded(VolumeId volume, List<Member> members) ->
                    with(
                            before,
                            volume,
                            members.stream()
                                    .map(member -> {
                                        PodName name = new PodName(member.podName());
                                        String pod = PodNames.inNamespace(name, namespace);
                                        return admitted(
                                                portion(before, member.slot(), pod), member);
                                    })
                                    .toList());
        };
    }

    private static Member member(Portion portion, String namespace) {
        if (portion.incarnation() == null || portion.admittedFromSeq() == null) {
            throw new IllegalStateException(
                    "the status admits some portions and not portion " + portion.index());
        }
        return new Member(
                portion.index(),
                PodNames.of(portion.pod(), namespace).value(),
                new Incarnation(HexFormat.fromHexDigitsToLong(portion.incarnation())),
                portion.admittedFromSeq());
    }

    private static Portion portion(DispersiveVolumeStatus status, int slot, String pod) {
        Optional<Portion> known =
                portions(status).stream()
                        .filter(portion -> portion.index() == slot && portion.pod().equals(pod))
                        .findFirst();
        return known.orElseGet(() -> Portion.unknown(slot, pod));
    }

    private static Portion admitted(Portion portion, @Nullable Member member) {
        return member == null
                ? portion.admitted(null, null)
                : portion.admitted(member.incarnation().toString(), member.admittedFromSeq());
    }

    private static List<Portion> portions(DispersiveVolumeStatus status) {
        return Objects.requireNonNullElse(status.portions(), List.of());
    }

    private static DispersiveVolumeStatus with(
            DispersiveVolumeStatus status,
            @Nullable VolumeId volume,
            @Nullable List<Portion> portions) {
        return new DispersiveVolumeStatus(
                status.observedGeneration(),
                status.conditions(),
                volume == null ? null : volume.toString(),
                status.capacity(),
                status.used(),
                status.claim(),
                status.mayBeMissing(),
                status.attachment(),
                portions,
                status.connections(),
                status.format());
    }
}
