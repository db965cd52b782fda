package storage.dispersive.cli.lan;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import storage.dispersive.cli.state.AddressFamily;
import storage.dispersive.cli.state.NetworkRecord;
import storage.dispersive.cli.state.SanException;
import storage.dispersive.cli.state.SanHome;
import storage.dispersive.cli.state.SanRecord;
import storage.dispersive.linux.Capabilities;
import storage.dispersive.linux.Capability;
import storage.dispersive.linux.NetworkNamespace;
import storage.dispersive.linux.UserId;

/**
 * The hosts of a SAN on networks of their own, one network for each path. A namespace that is no
 * host holds a bridge for each path, into which every host has a cable. All is made by who holds
 * the SAN's lock and found again by the names of files, also by another command; what a command
 * that was killed has left halfway is completed by the next one.
 */
public final class Lan implements Hosts {

    /** The host of volumes and commands. */
    public static final String CLIENT = "client";

    /** Where sidecars of pods are called by others. */
    private static final int CONTROL_PORT = 7410;

    /** What joins the hosts. */
    private static final String SWITCHES = "lan";

    /** What making hosts takes. */
    private static final Set<Capability> NEEDED =
            EnumSet.of(Capability.CAP_NET_ADMIN, Capability.CAP_SYS_ADMIN);

    private final SanHome home;
    private final NetworkRecord network;
    private final List<Host> hosts = new ArrayList<>();

    Lan(SanHome home, SanRecord san) {
        this.home = home;
        this.network = san.network();
        hosts.add(host(CLIENT));
        san.pods().forEach(pod -> hosts.add(host(pod.name())));
    }

    private Host host(String name) {
        return new Host(name, home.host(name), network);
    }

    /** The address at which a pod listens: that of its host on the first path. */
    public static String podAddress(String pod, AddressFamily family) {
        return HostAddress.of(pod, 0).in(family).getHostAddress();
    }

    /** Where the sidecar of a pod is called, in each network, by the network's name. */
    public static SequencedMap<String, InetSocketAddress> sidecarsOf(
            String pod, NetworkRecord network) {
        SequencedMap<String, InetSocketAddress> places = new LinkedHashMap<>();
        for (int path = 0; path < network.paths(); path++) {
            places.put(
                    pathName(path),
                    new InetSocketAddress(
                            HostAddress.of(pod, path).in(network.family()), CONTROL_PORT));
        }
        return places;
    }

    /** What sidecars call a network, as are its bridge and the ends of its cables at hosts. */
    public static String pathName(int path) {
        return "path" + path;
    }

    /** What this process lacks to make hosts; empty if it can. */
    public static String obstacle() {
        try {
            Stream<String> user = UserId.effective().isRoot() ? Stream.of() : Stream.of("root");
            Stream<String> missing =
                    Capabilities.missing(NEEDED).stream().map(Capability::toString);
            return Stream.concat(user, missing).collect(Collectors.joining(", "));
        } catch (IOException e) {
            return "knowing its capabilities (" + e.getMessage() + ")";
        }
    }

    @Override
    public List<Host> all() {
        return List.copyOf(hosts);
    }

    @Override
    public Host client() {
        return hosts.getFirst();
    }

    @Override
    public Host pod(String name) {
        return hosts.stream()
                .filter(host -> host.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no host " + name));
    }

    @Override
    public void up() {
        String missing = obstacle();
        if (!missing.isEmpty()) {
            throw cannotBeMade(missing);
        }
        SanHome.directory(home.hosts());
        try (NetworkNamespace switches = findOrMake(host(SWITCHES))) {
            Cabling cabling = new Cabling(switches, network.paths());
            cabling.makeBridges();
            for (Host host : hosts) {
                try (NetworkNamespace namespace = findOrMake(host)) {
                    cabling.connect(host.name(), namespace);
                }
            }
        } catch (IOException e) {
            throw SanException.failed(
                    "the hosts of the SAN cannot be made: " + e.getMessage(),
                    "if this machine forbids network namespaces, choose --underlay loopback",
                    e);
        }
    }

    /** Hosts were asked for and cannot be had; never given up in silence. */
    public static SanException cannotBeMade(String missing) {
        return SanException.failed(
                "an isolated SAN, or one with hosts of its own, cannot be made without " + missing,
                "call this as root, or choose --underlay loopback");
    }

    private static NetworkNamespace findOrMake(Host host) throws IOException {
        SanHome.directory(host.directory());
        if (host.isUp()) {
            return host.open();
        }
        NetworkNamespace made = NetworkNamespace.create();
        try {
            made.pin(host.pin());
            return made;
        } catch (IOException | RuntimeException e) {
            made.close();
            throw e;
        }
    }

    @Override
    public boolean areUp() {
        return hosts.stream().anyMatch(Host::isUp);
    }

    @Override
    public void down() {
        try {
            for (Path pin : pins()) {
                NetworkNamespace.unpin(pin);
            }
        } catch (IOException e) {
            throw SanException.failed(
                    "the hosts of the SAN cannot be ended: " + e.getMessage(),
                    "call this as root, as who made them",
                    e);
        }
    }

    /** Also those of hosts that the record does not name, and files that a machine's end left. */
    private List<Path> pins() {
        if (!Files.isDirectory(home.hosts())) {
            return List.of();
        }
        try (Stream<Path> directories = Files.list(home.hosts())) {
            return directories
                    .map(directory -> host(directory.getFileName().toString()).pin())
                    .filter(Files::exists)
                    .toList();
        } catch (IOException e) {
            throw SanException.failed(
                    "the hosts of the SAN cannot be listed: " + e.getMessage(),
                    "call this as root, as who made them",
                    e);
        }
    }
}
