package storage.dispersive.cli.san;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import storage.dispersive.cli.state.SanException;
import storage.dispersive.cli.state.SanHome;
import storage.dispersive.cli.state.VolumeRecord;
import storage.dispersive.cli.state.VolumeRecords;
import storage.dispersive.engine.EngineReport;

/** What can be done about the connections of an attached volume while it is used. */
public final class VolumeConnections {

    private static final Duration ROLL_PATIENCE = Duration.ofSeconds(30);

    private final SanHome home;
    private final VolumeRecords records;

    VolumeConnections(SanHome home, VolumeRecords records) {
        this.home = home;
        this.records = records;
    }

    /**
     * Replaces all virtual network machines of the volume by new ones, waits until the old ones are
     * gone, and returns how many there are.
     */
    public int roll(String volume) {
        EngineProcess engine = engine(volume);
        Set<String> before = leases(report(engine, volume));
        if (before.isEmpty()) {
            throw SanException.failed(
                    "volume '" + volume + "' has no virtual network machines to roll",
                    "'dispersive status' shows its connections; a shared SAN has none");
        }
        try {
            var _ = engine.control().roll();
        } catch (IOException e) {
            throw refused(volume, e);
        }
        if (!OwnedProcess.await(() -> isRolled(engine, before), ROLL_PATIENCE)) {
            throw SanException.failed(
                    "not all connections of volume '"
                            + volume
                            + "' were replaced in "
                            + ROLL_PATIENCE.toSeconds()
                            + " s; those that were not still work",
                    "'dispersive status' shows which pods cannot be reached");
        }
        return leases(report(engine, volume)).size();
    }

    private static boolean isRolled(EngineProcess engine, Set<String> before) {
        return engine.report()
                .map(now -> leases(now).stream().noneMatch(before::contains))
                .orElse(false);
    }

    private static Set<String> leases(EngineReport report) {
        return report.connections().stream()
                .map(EngineReport.Connection::machine)
                .filter(Objects::nonNull)
                .map(EngineReport.Machine::lease)
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Bounds what each connection carries in each direction, at once and also when it is rolled.
     *
     * @param bytesPerSecond 0 for no bound
     */
    public void limit(String volume, long bytesPerSecond) {
        EngineProcess engine = engine(volume);
        try {
            var _ = engine.control().limit(bytesPerSecond);
        } catch (IOException e) {
            throw refused(volume, e);
        }
    }

    private EngineProcess engine(String volume) {
        VolumeRecord record = records.get(volume);
        EngineProcess engine = EngineProcess.newest(home, record);
        if (record.attachment() == null || !engine.isAlive()) {
            throw SanException.failed(
                    "volume '" + volume + "' has no engine that runs",
                    "attach it with 'dispersive volume attach " + volume + "'");
        }
        return engine;
    }

    private static EngineReport report(EngineProcess engine, String volume) {
        return engine.report()
                .orElseThrow(() ->
                        SanException.failed(
                                "the engine of volume '" + volume + "' does not answer",
                                engine.lastWords()));
    }

    private static SanException refused(String volume, IOException why) {
        return SanException.failed(
                "the connections of volume '" + volume + "' stay as they are: " + why.getMessage(),
                "'dispersive status' shows them",
                why);
    }
}
