package storage.dispersive.cli.lan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import storage.dispersive.cli.state.NetworkRecord;
import storage.dispersive.cli.state.SanException;
import storage.dispersive.linux.NetworkNamespace;

/**
 * A host of a local SAN: a network namespace that lives in the file system, whoever runs in it. A
 * host that is not up has no network: what is asked there hears nobody. Thread-safe.
 *
 * @param directory of the host alone
 */
public record Host(String name, Path directory, NetworkRecord network) implements Place {

    /** Where a host's namespace is pinned, in its directory. */
    private static final String PIN = "net";

    Path pin() {
        return directory.resolve(PIN);
    }

    /** Where others reach it, one address for each path. */
    public List<InetAddress> addresses() {
        return IntStream.range(0, network.paths())
                .mapToObj(path -> HostAddress.of(name, path).in(network.family()))
                .toList();
    }

    boolean isUp() {
        try {
            return NetworkNamespace.isPinned(pin());
        } catch (IOException e) {
            throw new UncheckedIOException("host " + name + " cannot be looked at", e);
        }
    }

    @Override
    public void checkUp() {
        if (!isUp()) {
            throw SanException.failed(
                    "the SAN's hosts are not up", "start the SAN with 'dispersive up'");
        }
    }

    @Override
    public <T> T call(Supplier<T> work) {
        try (NetworkNamespace namespace = isUp() ? open() : NetworkNamespace.create()) {
            return namespace.call(work::get);
        } catch (IOException e) {
            throw SanException.failed(
                    "host " + name + " cannot be entered: " + e.getMessage(),
                    "this SAN has hosts of its own; call it as root, as who made it",
                    e);
        }
    }

    /** The caller closes it. */
    NetworkNamespace open() throws IOException {
        return NetworkNamespace.open(pin());
    }
}
