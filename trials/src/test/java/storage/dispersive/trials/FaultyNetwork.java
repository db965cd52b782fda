package storage.dispersive.trials;

import java.io.IOException;
import storage.dispersive.cli.state.SanHome;
import storage.dispersive.linux.NetworkNamespace;
import storage.dispersive.vnet.netlink.Link;
import storage.dispersive.vnet.netlink.LinkCounters;
import storage.dispersive.vnet.netlink.NetworkLinks;

/**
 * The bridges of an isolated SAN and their cables, at which faults are made. Used by one thread.
 *
 * <p>A cable has the name of its host and path, as in {@code pod-3-0}; a bridge that of its path.
 */
final class FaultyNetwork implements AutoCloseable {

    private static final int USUAL_MTU = 1_500;

    private final NetworkNamespace switches;
    private final NetworkLinks links;

    private FaultyNetwork(NetworkNamespace switches, NetworkLinks links) {
        this.switches = switches;
        this.links = links;
    }

    static FaultyNetwork of(SanHome home) throws IOException {
        NetworkNamespace switches = NetworkNamespace.open(home.host("lan").resolve("net"));
        try {
            return new FaultyNetwork(switches, switches.call(NetworkLinks::open));
        } catch (IOException | RuntimeException e) {
            switches.close();
            throw e;
        }
    }

    private int index(String name) throws IOException {
        return links.get(name).index();
    }

    /** What went through a cable, as seen from the bridge: what is sent goes to the host. */
    LinkCounters counters(String name) throws IOException {
        return links.get(name).counters();
    }

    void bringDown(String name) throws IOException {
        links.bringDown(index(name));
    }

    /** Slows down what goes to the host; what it sends itself is as fast as ever. */
    void limit(String name, long bytesPerSecond) throws IOException {
        links.limitRate(index(name), bytesPerSecond);
    }

    /** Longer packets to the host vanish, and nobody is told. */
    void shorten(String name, int mtuBytes) throws IOException {
        links.setMtu(index(name), mtuBytes);
    }

    /** As it was at first. */
    void heal(String name) throws IOException {
        Link link = links.get(name);
        links.unlimitRate(link.index());
        if (link.mtuBytes() != USUAL_MTU) {
            links.setMtu(link.index(), USUAL_MTU);
        }
        links.bringUp(link.index());
    }

    @Override
    public void close() {
        links.close();
        switches.close();
    }
}
