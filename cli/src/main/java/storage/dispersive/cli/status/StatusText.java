package storage.dispersive.cli.status;

import java.util.List;
import org.jspecify.annotations.Nullable;
import storage.dispersive.cli.state.ByteSize;
import storage.dispersive.cli.state.VolumeRecord;
import storage.dispersive.engine.EngineReport;

/** A status as tables for people. */
public final class StatusText {

    private StatusText() {}

    public static String of(SanStatus status) {
        StringBuilder text = new StringBuilder();
        text.append("SAN in ").append(status.home());
        text.append(", ").append(status.network()).append("\n\n").append(pods(status.pods()));
        if (status.volumes().isEmpty()) {
            text.append("\nno volumes; make one with 'dispersive volume create'\n");
        }
        for (SanStatus.Volume volume : status.volumes()) {
            text.append('\n').append(volume(volume));
        }
        return text.toString();
    }

    public static String pods(List<SanStatus.Pod> pods) {
        TextTable table = new TextTable("POD", "STATE", "PID", "PORTIONS AT", "HEALTH AT", "STORE");
        for (SanStatus.Pod pod : pods) {
            table.row(
                    pod.name(),
                    pod.state(),
                    pod.pid() == 0 ? "-" : pod.pid(),
                    pod.address(),
                    pod.healthAddress(),
                    new ByteSize(pod.storeBytes()));
        }
        return table.toString();
    }

    public static String volumes(List<SanStatus.Volume> volumes) {
        TextTable table =
                new TextTable("VOLUME", "SIZE", "CODE", "KEY", "STATE", "DEVICE", "MAY STILL FAIL");
        for (SanStatus.Volume volume : volumes) {
            EngineReport engine = volume.engine();
            table.row(
                    volume.name(),
                    new ByteSize(volume.sizeBytes()),
                    volume.data() + "+" + volume.redundancy(),
                    volume.key(),
                    state(volume),
                    engine == null || engine.device().isEmpty() ? "-" : engine.device(),
                    mayFail(volume));
        }
        return table.toString();
    }

    private static String mayFail(SanStatus.Volume volume) {
        if (!isWhole(volume)) {
            return "-";
        }
        int pods = volume.podsThatMayStillFail();
        if (pods < 0) {
            return -pods + " too few";
        }
        return pods == 1 ? "1 pod" : pods + " pods";
    }

    private static boolean isWhole(SanStatus.Volume volume) {
        return volume.phase().equals(VolumeRecord.Phase.READY.name());
    }

    private static String state(SanStatus.Volume volume) {
        if (!isWhole(volume)) {
            return volume.phase();
        }
        if (volume.attachment() == null) {
            return "detached";
        }
        EngineReport engine = volume.engine();
        return engine == null ? "ENGINE DEAD" : engine.state();
    }

    private static String volume(SanStatus.Volume volume) {
        StringBuilder text = new StringBuilder(volumes(List.of(volume)));
        if (!isWhole(volume)) {
            return text.append('\n').append(half(volume)).toString();
        }
        TextTable portions =
                new TextTable(
                        "SLOT", "POD", "STATE", "PORTIONS", "BYTES", "SENT", "READ", "DETAIL");
        for (SanStatus.Portion portion : volume.portions()) {
            EngineReport.Portion live = live(volume, portion.slot());
            portions.row(
                    portion.slot(),
                    portion.pod(),
                    portion.state(),
                    portion.portions(),
                    new ByteSize(portion.bytes()),
                    live == null ? "-" : new ByteSize(live.bytesSent()),
                    live == null ? "-" : new ByteSize(live.bytesRead()),
                    live == null || live.detail().isEmpty()
                            ? portion.detail()
                            : live.state() + ", " + live.detail());
        }
        text.append('\n').append(portions);
        EngineReport engine = volume.engine();
        if (engine != null) {
            text.append('\n').append(engine(engine)).append(paths(volume, engine));
        }
        for (EngineReport fenced : volume.fencedEngines()) {
            text.append("\nan earlier engine, pid ")
                    .append(fenced.pid())
                    .append(", still runs: ")
                    .append(fenced.detail().isEmpty() ? fenced.state() : fenced.detail())
                    .append('\n');
        }
        return text.toString();
    }

    /** Says so where a network carries more than may be lost. */
    private static String paths(SanStatus.Volume volume, EngineReport engine) {
        StringBuilder text = new StringBuilder();
        engine.podsByPath()
                .forEach((path, pods) -> {
                    if (pods > volume.redundancy()) {
                        text.append("note: ")
                                .append(path)
                                .append(" leads to ")
                                .append(pods)
                                .append(" pods, of which ")
                                .append(volume.redundancy())
                                .append(
                                        " may be missing; more networks ('up --paths') would share"
                                                + " them\n");
                    }
                });
        return text.toString();
    }

    private static String half(SanStatus.Volume volume) {
        String command = "'dispersive volume delete " + volume.name() + "'";
        return volume.phase().equals(VolumeRecord.Phase.CREATING.name())
                ? "not there yet: its pods are still founding it; if that was cut short, "
                        + command
                        + " removes what there is\n"
                : "deleted in part; " + command + " finishes it\n";
    }

    private static EngineReport.@Nullable Portion live(SanStatus.Volume volume, int slot) {
        EngineReport engine = volume.engine();
        if (engine == null) {
            return null;
        }
        return engine.portions().stream()
                .filter(portion -> portion.slot() == slot)
                .findFirst()
                .orElse(null);
    }

    private static String engine(EngineReport engine) {
        TextTable connections =
                new TextTable(
                        "SLOT",
                        "POD",
                        "SESSION",
                        "MACHINE",
                        "VNI",
                        "FROM",
                        "TO",
                        "SENT",
                        "RECEIVED",
                        "AGE",
                        "STATE");
        for (EngineReport.Connection connection : engine.connections()) {
            EngineReport.Machine machine = connection.machine();
            connections.row(
                    connection.slot(),
                    connection.pod(),
                    connection.session(),
                    machine == null ? connection.isolation() : machine.address(),
                    machine == null ? "-" : machine.vni(),
                    machine == null ? "-" : machine.here(),
                    machine == null ? connection.peer() : machine.there(),
                    new ByteSize(connection.bytesSent()),
                    new ByteSize(connection.bytesReceived()),
                    connection.ageMillis() / 1000 + " s",
                    connection.state());
        }
        return connections
                + "\nengine: pid "
                + engine.pid()
                + ", epoch "
                + engine.epoch()
                + ", committed through "
                + engine.committedThrough()
                + ", map "
                + new ByteSize(engine.mapBytes())
                + ", dispersed again "
                + engine.dispersedAgain()
                + ", reconstructed reads "
                + engine.reconstructedReads()
                + "\nbackends: erasure code "
                + engine.backends().erasureCode()
                + ", sealing "
                + engine.backends().sealing()
                + ", TLS "
                + engine.backends().tls()
                + "\n"
                + (engine.detail().isEmpty() ? "" : "note: " + engine.detail() + "\n");
    }
}
