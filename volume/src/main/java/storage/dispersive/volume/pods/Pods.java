package storage.dispersive.volume.pods;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import storage.dispersive.loop.EventLoop;
import storage.dispersive.volume.Member;
import storage.dispersive.volume.PodStatus;
import storage.dispersive.wire.PodConnector;

/**
 * All pods of a volume, by slot, and the choice of those that hold a new stripe. Used on the loop's
 * thread only.
 */
public final class Pods {

    private final List<PodLink> links;

    public Pods(
            List<Member> members,
            Tenure tenure,
            EventLoop loop,
            PodConnector connector,
            RandomGenerator random,
            RollPolicy policy,
            PodLink.Events events) {
        RollTurns turns = new RollTurns(loop);
        List<PodLink> all = new ArrayList<>();
        for (Member member : members) {
            all.add(new PodLink(member, tenure, loop, connector, random, policy, turns, events));
        }
        links = List.copyOf(all);
    }

    public void start() {
        links.forEach(PodLink::start);
    }

    public void close() {
        links.forEach(PodLink::close);
    }

    public PodLink link(int slot) {
        return links.get(slot);
    }

    public List<PodLink> all() {
        return links;
    }

    public int upCount() {
        int up = 0;
        for (PodLink link : links) {
            up += link.isUp() ? 1 : 0;
        }
        return up;
    }

    /** Those that lost what they held. */
    public List<Member> wiped() {
        return links.stream().filter(PodLink::isWiped).map(PodLink::member).toList();
    }

    /**
     * The pods that may hold a new stripe: those that are up and were not late of late; all that
     * are up when that leaves fewer than {@code needed}. They stand in an order that turns with
     * {@code turn}, so that every pod has its fair share of the portions of every index.
     */
    public List<PodLink> candidates(int needed, long turn) {
        List<PodLink> prompt = new ArrayList<>(links.size());
        List<PodLink> late = new ArrayList<>(0);
        int first = Math.floorMod(turn, links.size());
        for (int i = 0; i < links.size(); i++) {
            PodLink link = links.get((first + i) % links.size());
            if (link.isUp()) {
                (link.isSuspect() ? late : prompt).add(link);
            }
        }
        if (prompt.size() < needed) {
            prompt.addAll(late);
        }
        return prompt;
    }

    public List<PodStatus> status() {
        return links.stream().map(PodLink::status).toList();
    }
}
