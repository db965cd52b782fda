package storage.dispersive.volume.recovery;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import storage.dispersive.loop.EventLoop;
import storage.dispersive.portion.PortionHeader;
import storage.dispersive.volume.EngineRule;
import storage.dispersive.volume.EngineSettings;
import storage.dispersive.volume.pods.PodLink;
import storage.dispersive.wire.PodReply.Damage;

/**
 * The first reading of the pods' lists: with all answers at once, with fewer after some patience
 * for the others, it decides which log is adopted, as soon as what was listed suffices for that.
 * Used on the loop's thread only.
 */
final class Gathering implements HeaderStream.Listener {

    /** Hears what follows from the lists. */
    interface Listener {
        /** Called once; nothing is heard after it. */
        void decided(Verdict.Adopt log);

        /** More pods must answer before it can go on. */
        void waitsFor(String what);
    }

    private final LogScan scan;
    private final int members;
    private final EngineSettings settings;
    private final EventLoop loop;
    private final Listener listener;
    private final Set<PodLink> listing = new LinkedHashSet<>();
    private final Set<PodLink> listed = new LinkedHashSet<>();
    private boolean waiting;
    private boolean patienceEnded;
    private boolean done;

    /**
     * @param scan takes what is listed
     * @param members of the volume, each with a list of its own
     */
    Gathering(
            LogScan scan, int members, EngineSettings settings, EventLoop loop, Listener listener) {
        this.scan = scan;
        this.members = members;
        this.settings = settings;
        this.loop = loop;
        this.listener = listener;
    }

    /** The list of a pod that is fenced may be read; done once for each pod. */
    void add(HeaderStream stream) {
        if (!listed.contains(stream.link()) && listing.add(stream.link())) {
            stream.next();
        }
    }

    /** The pods whose lists were read to the end. */
    List<PodLink> listed() {
        return List.copyOf(listed);
    }

    void close() {
        done = true;
    }

    @Override
    public void header(HeaderStream stream, PortionHeader header) {
        scan.add(header);
    }

    @Override
    public void pageEnd(HeaderStream stream) {
        if (!done) {
            stream.next();
        }
    }

    @Override
    public void end(HeaderStream stream) {
        listing.remove(stream.link());
        listed.add(stream.link());
        if (stream.damage() == Damage.NONE || !settings.enforces(EngineRule.DAMAGE_IS_NO_ANSWER)) {
            scan.answered(stream.link().member());
        }
        decideSoon();
    }

    @Override
    public void broken(HeaderStream stream, String why) {
        listing.remove(stream.link());
        decideSoon();
    }

    private void decideSoon() {
        if (done) {
            return;
        }
        if (listed.size() == members) {
            patienceEnded = true;
        }
        if (patienceEnded && listing.isEmpty()) {
            decide();
        } else if (!waiting && !patienceEnded) {
            waiting = true;
            loop.schedule(settings.gatherMillis(), this::endPatience);
        }
    }

    private void endPatience() {
        patienceEnded = true;
        decideSoon();
    }

    private void decide() {
        switch (scan.decide()) {
            case Verdict.Wait(String why) -> listener.waitsFor(why);
            case Verdict.Adopt log -> {
                done = true;
                listener.decided(log);
            }
        }
    }
}
