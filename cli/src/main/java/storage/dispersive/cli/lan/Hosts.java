package storage.dispersive.cli.lan;

import java.util.List;
import storage.dispersive.cli.state.SanHome;
import storage.dispersive.cli.state.SanRecord;

/**
 * Where the parts of a local SAN run. What changes hosts is used by one thread of one command at a
 * time, which holds the SAN's lock.
 */
public sealed interface Hosts permits Lan, OneMachine {

    static Hosts of(SanHome home, SanRecord san) {
        return san.network().hasHosts() ? new Lan(home, san) : new OneMachine();
    }

    /** Where volumes are attached and commands ask pods. */
    Place client();

    Place pod(String name);

    /** Those that have a network of their own, the client first; none over loopback. */
    List<Host> all();

    /** Makes what is missing of all hosts and of what joins them; what is there stays. */
    void up();

    /** Whether anything is there that {@link #down} would end. */
    boolean areUp();

    /** Ends all hosts. Their processes must have ended; what still runs there hears nobody. */
    void down();
}
