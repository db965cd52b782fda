package storage.dispersive.trials;

import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import storage.dispersive.cli.lan.Lan;
import storage.dispersive.cli.san.LocalSan;
import storage.dispersive.cli.state.Identities;
import storage.dispersive.cli.state.PodRecord;
import storage.dispersive.cli.state.SanHome;
import storage.dispersive.cli.state.VolumeRecord;
import storage.dispersive.cli.state.VolumeRecord.MemberRecord;
import storage.dispersive.cli.state.VolumeRecords;
import storage.dispersive.engine.Isolation;

/** Describes what a local SAN has recorded of a volume, as another program would. */
final class SanDescription {

    private static final int CONTROL_PORT = 7410;

    private SanDescription() {}

    /** As {@code docs/try.md} says, without a run. */
    static Map<String, Object> of(
            TriedSan tried, String name, Isolation isolation, long generation) {
        SanHome home = new SanHome(tried.home());
        VolumeRecord volume = new VolumeRecords(home).get(name);
        LocalSan san = LocalSan.open(home);
        Identities identities = new Identities(home, Clock.systemUTC());
        String owner = "volume-" + volume.id();
        List<Map<String, Object>> portions = new ArrayList<>();
        for (MemberRecord member : volume.members()) {
            PodRecord pod = san.record().pod(member.pod());
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
