package storage.dispersive.operator.status;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import storage.dispersive.api.v1alpha1.Attachment;
import storage.dispersive.api.v1alpha1.Portion;
import storage.dispersive.operator.status.VolumeFindings.Founding;

/** Says of a volume, condition by condition, how it is. */
final class VolumeConditions {

    private final VolumeFindings found;

    VolumeConditions(VolumeFindings found) {
        this.found = found;
    }

    List<Finding> all() {
        List<Finding> all = new ArrayList<>();
        all.add(ready());
        all.add(progressing());
        all.add(degraded());
        all.add(attached());
        all.add(spread());
        all.add(tolerant());
        all.add(isolated());
        all.add(found.growth().finding());
        if (found.volume().getMetadata().getDeletionTimestamp() != null) {
            all.add(deletable());
        }
        return all;
    }

    private boolean isFounded() {
        return found.founding() == Founding.DONE;
    }

    private int serving() {
        return found.count(Portion.State.SERVING);
    }

    private int portions() {
        return found.data() + found.redundancy();
    }

    private Finding ready() {
        if (!isFounded()) {
            return found.hindrance()
                    .map(it -> Finding.fails(Aspect.READY, it.reason(), it.message()))
                    .orElseGet(() ->
                            Finding.fails(
                                    Aspect.READY, "Founding", "storage pods make room for it"));
        }
        String count = serving() + " of " + portions() + " storage pods serve";
        return serving() >= found.needed()
                ? Finding.holds(Aspect.READY, "Serving", count)
                : Finding.fails(
                        Aspect.READY,
                        "TooFewPods",
                        count + "; " + found.needed() + " are needed" + because());
    }

    private String because() {
        return found.hindrance().map(it -> ": " + it.message()).orElse("");
    }

    private Finding progressing() {
        if (!isFounded() && found.hindrance().isEmpty()) {
            return Finding.holds(Aspect.PROGRESSING, "Founding", "storage pods make room for it");
        }
        return Finding.progressing(found.hindrance(), found.roll(), found.growth());
    }

    private Finding degraded() {
        if (!isFounded()) {
            return Finding.unknown(Aspect.DEGRADED, "NotFounded", "it holds nothing yet");
        }
        List<Portion> missing =
                found.portions().stream()
                        .filter(it -> it.state() != Portion.State.SERVING)
                        .toList();
        if (missing.isEmpty()) {
            return Finding.fails(Aspect.DEGRADED, "AllServe", "all storage pods serve");
        }
        String who =
                missing.stream()
                        .map(it -> it.pod() + " (" + word(it.state()) + ")")
                        .collect(Collectors.joining(", "));
        String reason = found.count(Portion.State.WIPED) > 0 ? "PortionsLost" : "PodsMissing";
        return Finding.holds(
                Aspect.DEGRADED,
                found.hindrance().map(Hindrance::reason).filter("NodeGone"::equals).orElse(reason),
                "missing: "
                        + who
                        + "; "
                        + found.mayBeMissing()
                        + " more may be missing while reads and writes go on"
                        + because());
    }

    private static String word(Portion.State state) {
        return switch (state) {
            case PENDING -> "has no node";
            case STARTING -> "does not serve";
            case SERVING -> "serves";
            case WIPED -> "lost its disk";
        };
    }

    private Finding attached() {
        Attachment attachment =
                found.volume().getStatus() == null ? null : found.volume().getStatus().attachment();
        if (attachment == null || attachment.node() == null) {
            return Finding.fails(Aspect.ATTACHED, "NotAttached", "no node uses it");
        }
        return Finding.holds(
                Aspect.ATTACHED,
                "Attached",
                "node "
                        + attachment.node()
                        + " uses it"
                        + (attachment.since() == null ? "" : " since " + attachment.since()));
    }

    private Finding spread() {
        Map<String, Integer> perDomain = found.perDomain();
        int placed = perDomain.values().stream().mapToInt(it -> it).sum();
        if (placed < portions()) {
            return Finding.unknown(
                    Aspect.SPREAD,
                    "NotPlaced",
                    placed + " of " + portions() + " storage pods have a node");
        }
        List<String> tooMany =
                perDomain.entrySet().stream()
                        .filter(it -> it.getValue() > found.redundancy())
                        .map(it -> it.getKey() + " (" + it.getValue() + ")")
                        .sorted()
                        .toList();
        if (!tooMany.isEmpty()) {
            return Finding.fails(
                    Aspect.SPREAD,
                    "ManyPortionsInOneDomain",
                    "more than "
                            + found.redundancy()
                            + " portions are in "
                            + String.join(", ", tooMany)
                            + ": if it is lost, so is the volume; add nodes, or failure domains");
        }
        return Finding.holds(
                Aspect.SPREAD,
                "Spread",
                "over " + perDomain.size() + " failure domains; any one of them may be lost");
    }

    private Finding tolerant() {
        int writes = portions() - found.needed();
        return writes >= found.redundancy()
                ? Finding.holds(
                        Aspect.TOLERANT,
                        "RedundancyMayBeMissing",
                        "reads and writes go on with any "
                                + found.redundancy()
                                + " storage pods missing")
                : Finding.fails(
                        Aspect.TOLERANT,
                        "WritesStopSooner",
                        "reads go on with "
                                + found.redundancy()
                                + " storage pods missing, writes with "
                                + writes
                                + " only: data is not larger than redundancy, and each new stripe"
                                + " needs "
                                + (found.redundancy() + 1)
                                + " storage pods");
    }

    private Finding isolated() {
        return Finding.isolated(found.volume().getSpec().network().isolation());
    }

    private Finding deletable() {
        return found.held()
                .map(it -> Finding.fails(Aspect.DELETABLE, it.reason(), it.message()))
                .orElseGet(
                        () -> Finding.holds(Aspect.DELETABLE, "Deleting", "it is being deleted"));
    }
}
