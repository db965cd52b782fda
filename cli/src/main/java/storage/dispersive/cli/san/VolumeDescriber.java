package storage.dispersive.cli.san;

import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import storage.dispersive.cli.lan.Lan;
import storage.dispersive.cli.state.Identities;
import storage.dispersive.cli.state.PodRecord;
import storage.dispersive.cli.state.SanHome;
import storage.dispersive.cli.state.SanRecord;
import storage.dispersive.cli.state.VolumeRecord;
import storage.dispersive.cli.state.VolumeRecord.MemberRecord;
import storage.dispersive.cli.state.VolumeRecords;
import storage.dispersive.engine.Isolation;

/**
 * Describes a volume of a local SAN to programs that know nothing of that, as {@code docs/try.md}
 * says. Stateless.
 */
public final class VolumeDescriber {

    private static final int CONTROL_PORT = 7410;

    private VolumeDescriber() {}

    /** To be written as JSON; without a run, which whoever uses the volume counts or adds. */
    public static Map<String, Object> describe(
            SanHome home, String name, Isolation isolation, long generation) {
        VolumeRecord volume = new VolumeRecords(home).get(name);
        SanRecord san = SanRecord.of(home);
        Identities identities = new Identities(home, Clock.systemUTC());
        String owner = "volume-" + volume.id();
        List<Map<String, Object>> portions = new ArrayList<>();
        for (MemberRecord member : volume.members()) {
            PodRecord pod = san.pod(member.pod());
            portions.add(
                    Map.of(
                            "index", member.slot(),
                            "pod", member.pod(),
                            "host", pod.host(),
                            "administrationPort", pod.port(),
                            "controlPort", CONTROL_PORT,
                            "incarnation", member.incarnation(),
                            "admittedFromSeq", member.admittedFromSeq()));
        }
        Map<String, Object> description = new LinkedHashMap<>();
        description.put("volumeId", volume.id());
        description.put("sizeBytes", volume.sizeBytes());
        description.put("data", volume.data());
        description.put("redundancy", volume.redundancy());
        description.put("key", "Dispersed");
        description.put("isolation", isolation == Isolation.SHARED ? "Shared" : "Isolated");
        description.put("generation", generation);
        description.put(
                "identity",
                Map.of(
                        "certificate", identities.certificate(owner).toString(),
                        "key", identities.key(owner).toString(),
                        "authority", identities.authorityCertificate().toString()));
        description.put("sidecar", home.sidecarSocket(Lan.CLIENT).toString());
        description.put("portions", portions);
        return description;
    }
}
