package storage.dispersive.cli.san;

import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import storage.dispersive.cli.lan.Place;
import storage.dispersive.cli.state.Face;
import storage.dispersive.cli.state.KeySource;
import storage.dispersive.cli.state.SanException;
import storage.dispersive.cli.state.SanHome;
import storage.dispersive.cli.state.VolumeRecord;
import storage.dispersive.cli.state.VolumeRecord.Attachment;
import storage.dispersive.cli.state.VolumeRecord.Phase;
import storage.dispersive.cli.state.VolumeRecords;
import storage.dispersive.engine.EngineReport;

/**
 * Attaches volumes to this machine and detaches them.
 *
 * <p>A new attachment is a new generation, taken by compare-and-set before its engine starts. An
 * engine that died is started again under the same generation and with a new run, by attaching
 * again; nothing restarts it by itself, so that a crash is seen by a person.
 */
public final class VolumeAttachment {

    private static final Duration POLL = Duration.ofMillis(50);

    private static final String ELSEWHERE =
            "if the store of one of these pods is only somewhere else, put it back and attach"
                    + " again; ";

    private final SanHome home;
    private final VolumeRecords records;
    private final PortionSurvey survey;
    private final Place client;
    private final Clock clock;

    VolumeAttachment(
            SanHome home, VolumeRecords records, PortionSurvey survey, Place client, Clock clock) {
        this.home = home;
        this.records = records;
        this.survey = survey;
        this.client = client;
        this.clock = clock;
    }

    /** What to do about an engine that serves the volume already. */
    public enum WhenAttached {
        REFUSE,
        /** Fence it: it will never write again. */
        TAKE_OVER
    }

    /** What is wanted; {@code face} is empty for the one that suits this user. */
    public record Request(
            String volume, Optional<Face> face, WhenAttached whenAttached, Duration patience) {
        public Request {
            if (!patience.isPositive()) {
                throw SanException.usage(
                        "nothing can be waited for during " + patience.toSeconds() + " s",
                        "give it a time, such as --timeout 60");
            }
        }
    }

    /** Attaches, waits until the volume serves, and returns what its engine says. */
    public EngineReport attach(Request request, Progress progress) {
        VolumeRecord record = records.get(request.volume());
        if (record.phase() != Phase.READY) {
            throw halfDone(record);
        }
        if (record.keySource() instanceof KeySource.InFile file) {
            file.read().close();
        }
        client.checkUp();
        Attachment now = record.attachment();
        if (now == null || request.whenAttached() == WhenAttached.TAKE_OVER) {
            return attachAnew(record, request, progress);
        }
        EngineProcess engine = EngineProcess.newest(home, record);
        if (engine.isAlive()) {
            throw SanException.failed(
                    "volume '" + record.name() + "' is attached already",
                    "detach it first, or fence its engine with --take-over");
        }
        if (request.face().isPresent() && request.face().get() != now.face()) {
            throw SanException.failed(
                    "volume '" + record.name() + "' is attached as " + now.face(),
                    "detach it first to attach it as " + request.face().get());
        }
        progress.step("the engine of " + record.name() + " had died; starting it again");
        engine.start(now.face(), client);
        return awaitServing(engine, record, request.patience(), progress);
    }

    private EngineReport attachAnew(VolumeRecord record, Request request, Progress progress) {
        Face face = request.face().orElseGet(Face::forThisUser);
        Attachment next =
                new Attachment(face, clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
        VolumeRecord attached = records.replace(record, record.attached(next));
        EngineProcess engine = EngineProcess.newest(home, attached);
        try {
            engine.start(face, client);
            return awaitServing(engine, record, request.patience(), progress);
        } catch (RuntimeException e) {
            // A failed command leaves nothing behind. The generation is spent.
            engine.abandon();
            records.replace(attached, attached.detached());
            throw e;
        }
    }

    private EngineReport awaitServing(
            EngineProcess engine, VolumeRecord record, Duration patience, Progress progress) {
        String volume = record.name();
        long deadline = System.nanoTime() + patience.toNanos();
        String told = "";
        while (true) {
            Optional<EngineReport> report = engine.report();
            if (report.isPresent()) {
                EngineReport now = report.get();
                if (now.isServing() && !now.device().isEmpty()) {
                    return now;
                }
                if (now.hasEnded()) {
                    throw SanException.failed(
                            "volume '" + volume + "' cannot be served: " + now.detail(),
                            whatToDo(record).orElseGet(engine::lastWords));
                }
                String tells = now.summary();
                if (!tells.equals(told)) {
                    progress.step(volume + ": " + tells);
                    told = tells;
                }
            } else if (!engine.isAlive()) {
                throw SanException.failed(
                        "the engine of volume '" + volume + "' ended instead of serving",
                        engine.lastWords());
            }
            if (System.nanoTime() - deadline >= 0) {
                throw SanException.failed(
                        "volume '"
                                + volume
                                + "' does not serve after "
                                + patience.toSeconds()
                                + " s; last it said: "
                                + told,
                        "'dispersive pod list' shows which pods cannot be reached; start what is"
                                + " down with 'dispersive up' and attach again");
            }
            OwnedProcess.await(() -> !engine.isAlive(), POLL);
        }
    }

    /** When stores have lost what they held; empty if that is not what is wrong. */
    private Optional<String> whatToDo(VolumeRecord record) {
        long wiped =
                survey.of(record).stream()
                        .filter(portion -> portion.state() == PortionSurvey.State.WIPED)
                        .count();
        if (wiped > record.redundancy()) {
            return Optional.of(
                    ELSEWHERE
                            + "otherwise the content is lost, and 'dispersive volume delete "
                            + record.name()
                            + "' removes the rest");
        }
        return record.members().size() - wiped < record.redundancy() + 1
                ? Optional.of(
                        ELSEWHERE
                                + "what is left has all of the content, and cannot be attached"
                                + " before lost portions can be rebuilt")
                : Optional.empty();
    }

    /** Ends all engines of the volume; refuses while its device is in use. */
    public void detach(String volume) {
        VolumeRecord record = records.get(volume);
        List<EngineProcess> engines = EngineProcess.all(home, volume);
        if (record.attachment() == null && engines.stream().noneMatch(EngineProcess::isAlive)) {
            throw SanException.failed(
                    "volume '" + volume + "' is not attached",
                    "'dispersive volume list' shows which are");
        }
        engines.forEach(EngineProcess::checkUnused);
        end(record, LocalSan.InUse.REFUSE);
    }

    /** Ends all engines of the volume, for {@code down}. */
    void end(VolumeRecord record, LocalSan.InUse inUse) {
        List<EngineProcess> engines = EngineProcess.all(home, record.name());
        for (EngineProcess engine : engines) {
            switch (inUse) {
                case REFUSE -> engine.end();
                case ABANDON -> engine.abandon();
            }
        }
        if (record.attachment() != null) {
            records.replace(record, record.detached());
        }
        engines.forEach(EngineProcess::forget);
    }

    /** Refuses while anything uses the device of any engine of the volume. */
    void checkUnused(VolumeRecord record) {
        EngineProcess.all(home, record.name()).forEach(EngineProcess::checkUnused);
    }

    static SanException halfDone(VolumeRecord record) {
        String what =
                switch (record.phase()) {
                    case CREATING -> "' was not created on all of its pods";
                    case DELETING -> "' is deleted in part";
                    case READY -> throw new IllegalArgumentException(record + " is whole");
                };
        return SanException.failed(
                "volume '" + record.name() + what,
                "finish with 'dispersive volume delete " + record.name() + "'");
    }
}
