package storage.dispersive.vnet.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import storage.dispersive.identity.CertificateAuthority;
import storage.dispersive.identity.IssuedIdentity;
import storage.dispersive.linux.PacketSocket;
import storage.dispersive.vnet.protocol.LocalMessage;

/**
 * Who is turned away again and again is told of once: nobody fills a sidecar's disk with its log.
 */
class LoggedOnceTest extends ServedTwoSidecars {

    private static final int OFTEN = 50;

    /** Of which the sidecar keeps {@value #KEPT} and cuts the others. */
    private static final int HALF_OPEN = 2_000;

    private static final int KEPT = 128;
    private static final Duration DAY = Duration.ofDays(1);

    private LoggedLines log;

    @BeforeEach
    void listen() {
        log = LoggedLines.begin();
    }

    @AfterEach
    void listenNoMore() {
        log.close();
    }

    @Test
    void theSameWrongCertificateIsLoggedOnce() throws Exception {
        IssuedIdentity stranger =
                CertificateAuthority.create("another", DAY, Clock.systemUTC())
                        .issueVnet("node-a", DAY);
        long before = both.callersTurnedAway();
        for (int i = 0; i < OFTEN; i++) {
            call(stranger, Optional.empty());
        }
        await().until(() -> both.callersTurnedAway() >= before + OFTEN);
        assertThat(log.lines()).hasSize(1).allMatch(line -> line.contains("handshake"));
    }

    @Test
    void rubbishOfASidecarOnItsControlConnectionIsLoggedOnce() throws Exception {
        IssuedIdentity sidecar = both.authority().issueVnet("node-b", DAY);
        long before = both.callersTurnedAway();
        for (int i = 0; i < OFTEN; i++) {
            call(sidecar, Optional.of("rubbish " + i));
        }
        await().until(() -> both.callersTurnedAway() >= before + OFTEN);
        assertThat(log.lines()).hasSize(1).allMatch(line -> line.contains("control"));
    }

    private void call(IssuedIdentity identity, Optional<String> said) throws Exception {
        try (ControlCaller caller =
                ControlCaller.connect(
                        hosts.left(),
                        both.control(),
                        identity,
                        both.authority().certificatePem())) {
            if (said.isPresent()) {
                caller.say(said.get());
            }
            caller.awaitClosed();
        }
    }

    /** Tried: without a log of refusals there, these are 100 lines. */
    @Test
    void rubbishOnTheUnixSocketIsLoggedOnce() throws Exception {
        for (int i = 0; i < OFTEN; i++) {
            try (LocalCaller caller = LocalCaller.connect(both.nodeSocket())) {
                caller.say("rubbish " + i);
                assertThat(caller.hear()).isEmpty();
            }
            try (LocalCaller caller = LocalCaller.connect(both.nodeSocket())) {
                caller.say(new LocalMessage.Welcome(0, "me", List.of("lan")));
                assertThat(caller.hear()).isEmpty();
            }
        }
        assertThat(log.lines()).hasSize(1).allMatch(line -> line.contains("dropped"));
    }

    @Test
    void aUserWithoutRightsIsLoggedOnce() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(
                both.nodeSocket(), PosixFilePermissions.fromString("rw-rw-rw-"));
        for (int i = 0; i < OFTEN; i++) {
            Optional<?> heard =
                    StrangerThread.call(() -> {
                        try (var socket = PacketSocket.connect(both.nodeSocket())) {
                            return socket.receive(LocalMessage.MAX_BYTES);
                        }
                    });
            assertThat(heard).isEmpty();
        }
        assertThat(log.lines()).hasSize(1).allMatch(line -> line.contains("may not ask"));
    }

    @Test
    void thousandsOfHalfOpenConnectionsAreLoggedOnce() throws Exception {
        long before = both.callersTurnedAway();
        List<SocketChannel> open = new ArrayList<>();
        try {
            hosts.left()
                    .call(() -> {
                        for (int i = 0; i < HALF_OPEN; i++) {
                            open.add(SocketChannel.open(both.control()));
                        }
                        return true;
                    });
            await().until(() -> both.callersTurnedAway() >= before + HALF_OPEN - KEPT);
        } finally {
            for (SocketChannel channel : open) {
                channel.close();
            }
        }
        assertThat(log.lines()).hasSize(1).allMatch(line -> line.contains("handshake"));
    }
}
