package storage.dispersive.vnet.rehearsal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import storage.dispersive.identity.CertificateAuthority;
import storage.dispersive.identity.IssuedIdentity;
import storage.dispersive.linux.LinuxException;
import storage.dispersive.linux.PacketSocket;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.vnet.protocol.LocalMessage;
import storage.dispersive.vnet.protocol.ProtocolException;
import storage.dispersive.vnet.sidecar.RehearsedSidecar;
import storage.dispersive.wire.Lease;
import storage.dispersive.wire.LeaseId;
import storage.dispersive.wire.PodConnector.SessionKind;
import storage.dispersive.wire.PodName;

/**
 * Lets a sidecar do what it can do without rights, once, so that the JVM can write its AOT cache
 * when the sidecar ends: it calls itself. Arguments: an empty directory, then the {@code java}
 * command with its options and class path.
 */
public final class Rehearsal {

    private static final String NAME = "rehearsal";
    private static final Duration VALIDITY = Duration.ofHours(1);
    private static final int SIGTERM_STATUS = 143;
    private static final int OPENS = 20;
    private static final int MTU_BYTES = 1450;
    private static final long START_SECONDS = 60;
    private static final long END_SECONDS = 180;
    private static final long POLL_MILLIS = 10;

    private final Path directory;
    private final InetSocketAddress control;

    private Rehearsal(Path directory, InetSocketAddress control) {
        this.directory = directory;
        this.control = control;
    }

    public static void main(String[] arguments)
            throws IOException, InterruptedException, ProtocolException {
        Path directory = Files.createDirectories(Path.of(arguments[0]));
        List<String> java = List.of(arguments).subList(1, arguments.length);
        Rehearsal rehearsal = new Rehearsal(directory, freePlace());
        rehearsal.writeIdentity();
        rehearsal.run(java);
    }

    private static InetSocketAddress freePlace() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new InetSocketAddress(probe.getInetAddress(), probe.getLocalPort());
        }
    }

    private void writeIdentity() throws IOException {
        CertificateAuthority authority =
                CertificateAuthority.create(NAME, VALIDITY, Clock.systemUTC());
        IssuedIdentity issued = authority.issueVnet(NAME, VALIDITY);
        Files.writeString(directory.resolve("authority.pem"), authority.certificatePem());
        Files.writeString(directory.resolve("vnet.pem"), issued.certificatePem());
        Files.writeString(directory.resolve("vnet.key"), issued.privateKeyPem());
    }

    private void run(List<String> java)
            throws IOException, InterruptedException, ProtocolException {
        String address = control.getAddress().getHostAddress();
        List<String> command = new ArrayList<>(java);
        command.add(RehearsedSidecar.class.getName());
        command.addAll(
                List.of(
                        "name=" + NAME,
                        "socket=" + socket(),
                        "control=" + address + ":" + control.getPort(),
                        "ports=20000-20999",
                        "path=lan:" + address,
                        "certificate=" + directory.resolve("vnet.pem"),
                        "key=" + directory.resolve("vnet.key"),
                        "authority=" + directory.resolve("authority.pem")));
        Process sidecar = new ProcessBuilder(command).inheritIO().start();
        try {
            try (PacketSocket caller = connect(sidecar)) {
                talk(caller);
            }
            sidecar.destroy();
            if (!sidecar.waitFor(END_SECONDS, TimeUnit.SECONDS)
                    || sidecar.exitValue() != SIGTERM_STATUS) {
                throw new IOException("the sidecar did not end as it should: " + sidecar);
            }
        } finally {
            sidecar.destroyForcibly();
        }
    }

    private PacketSocket connect(Process sidecar) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (true) {
            try {
                return PacketSocket.connect(socket());
            } catch (LinuxException e) {
                if (!sidecar.isAlive() || System.nanoTime() > deadline) {
                    throw new IOException("the sidecar does not serve", e);
                }
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    private void talk(PacketSocket caller) throws IOException, ProtocolException {
        VolumeId volume = new VolumeId(1, 1);
        SecureRandom random = new SecureRandom();
        expect(LocalMessage.Welcome.class, hear(caller));
        for (int number = 1; number <= OPENS; number++) {
            Lease lease = new Lease(LeaseId.random(random), volume, 0, SessionKind.WRITE);
            say(
                    caller,
                    new LocalMessage.Open(
                            number, lease, new PodName(NAME), control, "lan", MTU_BYTES));
            LocalMessage.Failed refused = expect(LocalMessage.Failed.class, hear(caller));
            if (!refused.why().equals(RehearsedSidecar.REFUSAL)) {
                throw new IOException("the sidecar could not call itself: " + refused);
            }
        }
        say(caller, new LocalMessage.Survey(OPENS + 1));
        expect(LocalMessage.Done.class, hear(caller));
    }

    private static void say(PacketSocket caller, LocalMessage message) throws IOException {
        caller.send(message.encode(), Optional.empty());
    }

    private static LocalMessage hear(PacketSocket caller) throws IOException, ProtocolException {
        return LocalMessage.decode(
                caller.receive(LocalMessage.MAX_BYTES)
                        .orElseThrow(() -> new IOException("the sidecar hung up"))
                        .bytes());
    }

    private static <T extends LocalMessage> T expect(Class<T> what, LocalMessage answer)
            throws IOException {
        if (!what.isInstance(answer)) {
            throw new IOException("the sidecar answers " + answer);
        }
        return what.cast(answer);
    }

    private Path socket() {
        return directory.resolve("sidecar.sock");
    }
}
