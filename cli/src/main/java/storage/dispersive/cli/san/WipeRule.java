package storage.dispersive.cli.san;

import java.util.List;
import java.util.TreeSet;
import storage.dispersive.cli.state.SanException;
import storage.dispersive.cli.state.VolumeRecord;
import storage.dispersive.cli.state.VolumeRecord.Phase;
import storage.dispersive.cli.state.VolumeRecords;

/**
 * Whether a pod may be wiped: not when a volume would then lack more than m portions. A pod that
 * was wiped is missing until it is rebuilt, and one that does not answer may have lost all it had.
 */
public final class WipeRule {

    /** Whether the person insists. */
    public enum Insistence {
        NONE,
        FORCED
    }

    private final VolumeRecords volumes;
    private final PortionSurvey survey;

    WipeRule(VolumeRecords volumes, PortionSurvey survey) {
        this.volumes = volumes;
        this.survey = survey;
    }

    void check(String pod) {
        for (VolumeRecord volume : volumes.all()) {
            if (volume.phase() == Phase.READY && volume.podNames().contains(pod)) {
                check(pod, volume, survey.of(volume));
            }
        }
    }

    static void check(String pod, VolumeRecord volume, List<PortionSurvey.Portion> portions) {
        TreeSet<String> others = new TreeSet<>();
        for (PortionSurvey.Portion portion : portions) {
            boolean isMeant = portion.pod().equals(pod);
            if (isMeant && portion.state() == PortionSurvey.State.WIPED) {
                return;
            }
            if (!isMeant && portion.isMissing()) {
                others.add(portion.pod());
            }
        }
        if (others.size() >= volume.redundancy()) {
            throw SanException.failed(
                    "wiping "
                            + pod
                            + " would destroy volume '"
                            + volume.name()
                            + "': it survives "
                            + volume.redundancy()
                            + " missing pods, and "
                            + String.join(", ", others)
                            + (others.size() == 1 ? " is" : " are")
                            + " missing already",
                    "start the pods that are down; a wiped pod is missing until it is rebuilt;"
                            + " --force wipes all the same");
        }
    }
}
