package storage.dispersive.vnet.machine;

import java.util.BitSet;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The UDP ports and VNIs of one host's machines: each is given to one at a time, drawn at random so
 * that what a peer was told before is unlikely to mean another machine now. A host has as many
 * machines as the range has ports. For one thread at a time.
 */
public final class LinkNumbers {

    /** VNIs whose lower bits give addresses of their own to a link. */
    private static final int VNIS = 1 << MachineSpec.VNI_BITS;

    private final PortRange range;
    private final RandomGenerator random;
    private final BitSet portsTaken = new BitSet();
    private final BitSet portsOfOthers = new BitSet();
    private final Set<Integer> vnisTaken = new HashSet<>();

    public LinkNumbers(PortRange range, RandomGenerator random) {
        this.range = range;
        this.random = random;
    }

    /**
     * Ports that are in use, also by others; those of others are given to nobody until they are
     * free.
     */
    public void avoid(BitSet ports) {
        portsOfOthers.clear();
        for (int port = ports.nextSetBit(range.first());
                port >= 0 && port <= range.last();
                port = ports.nextSetBit(port + 1)) {
            portsOfOthers.set(port - range.first());
        }
        portsOfOthers.andNot(portsTaken);
    }

    /** How many ports nobody has. */
    public int freePorts() {
        return range.size() - taken().cardinality();
    }

    private BitSet taken() {
        BitSet taken = (BitSet) portsTaken.clone();
        taken.or(portsOfOthers);
        return taken;
    }

    /** A port that no machine here has; empty when all are taken. */
    public Optional<Integer> takePort() {
        BitSet taken = taken();
        int ports = range.size();
        int free = taken.nextClearBit(random.nextInt(ports));
        if (free >= ports) {
            free = taken.nextClearBit(0);
        }
        if (free >= ports) {
            return Optional.empty();
        }
        portsTaken.set(free);
        return Optional.of(range.first() + free);
    }

    /** The machine of a port has ended. */
    public void giveBackPort(int port) {
        portsTaken.clear(indexOf(port));
    }

    /** Takes the numbers of a machine that was found again; false if another one here has them. */
    public boolean claim(int port, int vni) {
        int at = indexOf(port);
        if (portsTaken.get(at) || !takeVni(vni)) {
            return false;
        }
        portsTaken.set(at);
        return true;
    }

    private int indexOf(int port) {
        if (port < range.first() || port > range.last()) {
            throw new IllegalArgumentException(port + " is not one of " + range);
        }
        return port - range.first();
    }

    /** A VNI that no machine here has. */
    public int takeVni() {
        int vni = 0;
        while (vni == 0 || !vnisTaken.add(vni)) {
            vni = random.nextInt(VNIS);
        }
        return vni;
    }

    /** Takes a VNI that the other end has drawn; false if a machine here has it. */
    public boolean takeVni(int vni) {
        if (vni < 1 || vni >= VNIS) {
            throw new IllegalArgumentException("not a VNI of a machine: " + vni);
        }
        return vnisTaken.add(vni);
    }

    public void giveBackVni(int vni) {
        vnisTaken.remove(vni);
    }
}
