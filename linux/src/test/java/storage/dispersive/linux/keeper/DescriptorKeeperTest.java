package storage.dispersive.linux.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.linux.LinuxException;
import storage.dispersive.linux.PacketSocket;

@Timeout(60)
class DescriptorKeeperTest {

    private static final DescriptorName NAME = new DescriptorName("disk-1");

    @TempDir Path directory;

    private Path file(String content) throws IOException {
        return Files.writeString(directory.resolve(content), content);
    }

    private static String read(Descriptor descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(100);
            int length = (int) descriptor.read(buffer);
            return new String(
                    buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE),
                    StandardCharsets.UTF_8);
        }
    }

    private void deposit(KeeperClient client, DescriptorName name, String content)
            throws IOException {
        try (Descriptor descriptor = Descriptor.open(file(content), Descriptor.O_RDONLY)) {
            client.deposit(name, descriptor);
        }
    }

    @Test
    void aDescriptorOutlivesTheOneThatDepositedIt() throws IOException {
        Path socket = directory.resolve("keeper");
        try (DescriptorKeeper keeper = DescriptorKeeper.start(socket)) {
            KeeperClient client = new KeeperClient(socket);
            deposit(client, NAME, "first");
            Files.delete(directory.resolve("first"));
            try (Descriptor fetched = client.fetch(NAME).orElseThrow()) {
                assertThat(read(fetched)).isEqualTo("first");
            }
            deposit(client, NAME, "second");
            try (Descriptor fetched = client.fetch(NAME).orElseThrow()) {
                assertThat(read(fetched)).isEqualTo("second");
            }
            assertThat(client.list()).containsExactly(NAME);
            assertThat(client.forget(NAME)).isTrue();
            assertThat(client.forget(NAME)).isFalse();
            assertThat(client.fetch(NAME)).isEmpty();
            assertThat(keeper).isNotNull();
        }
        assertThat(Files.exists(socket)).isFalse();
    }

    @Test
    void aKeeperIsBounded() throws IOException {
        Path socket = directory.resolve("keeper");
        try (DescriptorKeeper _ = DescriptorKeeper.start(socket)) {
            KeeperClient client = new KeeperClient(socket);
            for (int i = 0; i < DescriptorKeeper.DESCRIPTORS_LIMIT; i++) {
                deposit(client, longName(i), "content");
            }
            assertThatThrownBy(() -> deposit(client, NAME, "content"))
                    .hasMessageContaining("holds 120 already");
            deposit(client, longName(0), "replaced");
            assertThat(client.list()).hasSize(DescriptorKeeper.DESCRIPTORS_LIMIT);
        }
    }

    private static DescriptorName longName(int number) {
        return new DescriptorName("%0128d".formatted(number));
    }

    @Test
    void aSecondKeeperIsRefusedAndADeadOnesSocketReplaced() throws Exception {
        Path socket = directory.resolve("keeper");
        try (DescriptorKeeper _ = DescriptorKeeper.start(socket)) {
            assertThatThrownBy(() -> DescriptorKeeper.start(socket))
                    .isInstanceOf(LinuxException.class)
                    .hasMessageContaining("somebody listens there already");
        }
        PacketSocket.listen(socket).close();
        DescriptorKeeper.start(socket).close();
        Path file = file("something");
        assertThatThrownBy(() -> DescriptorKeeper.start(file)).isInstanceOf(IOException.class);
        assertThat(file).hasContent("something");
    }

    @Test
    void rubbishDropsItsSenderAndNobodyElse() throws IOException {
        long seed = 20_261_122;
        Random random = new Random(seed);
        Path socket = directory.resolve("keeper");
        try (DescriptorKeeper _ = DescriptorKeeper.start(socket)) {
            for (int round = 0; round < 500; round++) {
                byte[] bytes = new KeeperMessage(KeeperMessage.Kind.FETCH, "disk-1").encode();
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                if (round % 2 == 0) {
                    bytes = new byte[1 + random.nextInt(2 * KeeperMessage.LIMIT_BYTES)];
                    random.nextBytes(bytes);
                }
                try (PacketSocket peer = PacketSocket.connect(socket)) {
                    peer.send(bytes, Optional.empty());
                }
            }
            KeeperClient client = new KeeperClient(socket);
            deposit(client, NAME, "content");
            assertThat(client.list()).as("seed %s", seed).containsExactly(NAME);
        }
    }

    @Test
    void messagesKeepTheirBytes() {
        byte[] golden = {0x44, 0x53, 0x44, 0x50, 1, 2, 0, 3, 'a', '-', '1'};
        assertThat(new KeeperMessage(KeeperMessage.Kind.FETCH, "a-1").encode()).isEqualTo(golden);
        assertThat(KeeperMessage.decode(golden))
                .contains(new KeeperMessage(KeeperMessage.Kind.FETCH, "a-1"));
        golden[4] = 2;
        assertThat(KeeperMessage.decode(golden)).isEmpty();
    }

    @Test
    void aProcessOfItsOwnIsSmall() throws Exception {
        Path socket = directory.resolve("keeper");
        Process process =
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "-Xmx8m",
                                        "-XX:+UseSerialGC",
                                        "-XX:TieredStopAtLevel=1",
                                        "-XX:ReservedCodeCacheSize=4m",
                                        "--enable-native-access=ALL-UNNAMED",
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        DescriptorKeeperMain.class.getName(),
                                        socket.toString()))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            assertThat(output.readLine()).isEqualTo("ready");
            KeeperClient client = new KeeperClient(socket);
            deposit(client, NAME, "content");
            try (Descriptor fetched = client.fetch(NAME).orElseThrow()) {
                assertThat(read(fetched)).isEqualTo("content");
            }
            String resident =
                    Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                            .filter(line -> line.startsWith("VmRSS"))
                            .findFirst()
                            .orElseThrow();
            System.out.println("keeper " + resident);
            assertThat(Integer.parseInt(resident.replaceAll("\\D", ""))).isLessThan(80_000);
            process.destroy();
            process.waitFor();
            assertThat(Files.exists(socket)).isFalse();
        } finally {
            process.destroyForcibly().waitFor();
        }
    }
}
