package storage.dispersive.vnet.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.vnet.machine.MachineSpec;
import storage.dispersive.vnet.netlink.LinkCounters;
import storage.dispersive.wire.Lease;
import storage.dispersive.wire.LeaseId;
import storage.dispersive.wire.PodConnector.SessionKind;
import storage.dispersive.wire.PodName;

/** The words of both protocols, which must stay as they are for version 1. */
class MessagesTest {

    private static final int MUTATIONS = Integer.getInteger("vnet.mutations", 50_000);
    private static final long SEED = Long.getLong("vnet.seed", new Random().nextLong());

    private static final LeaseId LEASE_ID = new LeaseId(0x0011223344556677L, 0x8899aabbccddeeffL);
    private static final Lease LEASE =
            new Lease(LEASE_ID, new VolumeId(7, 8), 3, SessionKind.WRITE);
    private static final PodName POD = new PodName("pod-0");
    private static final InetSocketAddress HERE = new InetSocketAddress("198.18.0.1", 20_000);
    private static final InetSocketAddress THERE = new InetSocketAddress("fd00::2", 20_001);
    private static final Machine MACHINE =
            new Machine(
                    LEASE,
                    "pod-0",
                    new MachineSpec(
                            4_711,
                            MachineSpec.End.NODE,
                            HERE,
                            new InetSocketAddress("198.18.0.2", 20_001),
                            1_450),
                    "lan");
    private static final String LEASE_FIELDS = "lease=00112233445566778899aabbccddeeff\n";
    private static final String OF_VOLUME = "volume=00000000-0000-0007-0000-000000000008\n";
    private static final String MACHINE_FIELDS =
            "end=NODE\nhere=198.18.0.1:20000\n"
                    + LEASE_FIELDS
                    + "mtu=1450\nother-host=pod-0\npath=lan\npeer=198.18.0.2:20001\n";
    private static final String OF_MACHINE = "session=WRITE\nslot=3\nvni=4711\n" + OF_VOLUME;

    static Stream<Arguments> localMessages() {
        return Stream.of(
                Arguments.of(
                        new LocalMessage.Welcome(0, "node-a", List.of("lan", "wan")),
                        "WELCOME 0\nname=node-a\npaths=lan,wan\n"),
                Arguments.of(new LocalMessage.Serve(1, POD), "SERVE 1\npod=pod-0\n"),
                Arguments.of(
                        new LocalMessage.Open(2, LEASE, POD, THERE, "lan", 1_400),
                        "OPEN 2\ncontrol=[fd00:0:0:0:0:0:0:2]:20001\n"
                                + LEASE_FIELDS
                                + "mtu=1400\npath=lan\npod=pod-0\nsession=WRITE\nslot=3\n"
                                + OF_VOLUME),
                Arguments.of(
                        new LocalMessage.Opened(2, MACHINE),
                        "OPENED 2\n" + MACHINE_FIELDS + sorted(OF_MACHINE)),
                Arguments.of(
                        new LocalMessage.Offer(3, MACHINE),
                        "OFFER 3\n" + MACHINE_FIELDS + sorted(OF_MACHINE)),
                Arguments.of(
                        new LocalMessage.Keep(4, MACHINE),
                        "KEEP 4\n" + MACHINE_FIELDS + sorted(OF_MACHINE)),
                Arguments.of(new LocalMessage.Close(5, LEASE_ID), "CLOSE 5\n" + LEASE_FIELDS),
                Arguments.of(
                        new LocalMessage.Ended(0, LEASE_ID, "it is over"),
                        "ENDED 0\n" + LEASE_FIELDS + "why=it is over\n"),
                Arguments.of(
                        new LocalMessage.Limit(6, LEASE_ID, 1_000, POD, HERE),
                        "LIMIT 6\nbytes-per-second=1000\ncontrol=198.18.0.1:20000\n"
                                + LEASE_FIELDS
                                + "pod=pod-0\n"),
                Arguments.of(new LocalMessage.Survey(7), "SURVEY 7\n"),
                Arguments.of(
                        new LocalMessage.Sight(7, MACHINE, 9, new LinkCounters(1, 2, 3, 4)),
                        "SIGHT 7\nage-millis=9\n"
                                + MACHINE_FIELDS
                                + "received-bytes=3\nreceived-packets=1\n"
                                + "sent-bytes=4\nsent-packets=2\n"
                                + sorted(OF_MACHINE)),
                Arguments.of(new LocalMessage.Done(8), "DONE 8\n"),
                Arguments.of(
                        new LocalMessage.Failed(9, LocalMessage.Cause.NO_WAY, "no answer"),
                        "FAILED 9\ncause=NO_WAY\nwhy=no answer\n"));
    }

    static Stream<Arguments> controlMessages() {
        return Stream.of(
                Arguments.of(
                        new ControlMessage.Spawn(1, LEASE, POD, "lan", HERE, 4_711, 1_450),
                        "SPAWN 1\n"
                                + LEASE_FIELDS
                                + "mtu=1450\npath=lan\npod=pod-0\nsession=WRITE\nslot=3\n"
                                + "underlay=198.18.0.1:20000\nvni=4711\n"
                                + OF_VOLUME),
                Arguments.of(
                        new ControlMessage.Spawned(1, HERE, 1_450),
                        "SPAWNED 1\nmtu=1450\nunderlay=198.18.0.1:20000\n"),
                Arguments.of(new ControlMessage.Release(2, LEASE_ID), "RELEASE 2\n" + LEASE_FIELDS),
                Arguments.of(
                        new ControlMessage.Limit(3, LEASE_ID, 0),
                        "LIMIT 3\nbytes-per-second=0\n" + LEASE_FIELDS),
                Arguments.of(new ControlMessage.Done(4), "DONE 4\n"),
                Arguments.of(
                        new ControlMessage.Refused(5, ControlMessage.Reason.VNI_TAKEN, "taken"),
                        "REFUSED 5\nreason=VNI_TAKEN\nwhy=taken\n"));
    }

    private static String sorted(String fields) {
        return fields.lines().sorted().map(line -> line + "\n").reduce("", String::concat);
    }

    @ParameterizedTest
    @MethodSource("localMessages")
    void localMessagesHaveTheseWords(LocalMessage message, String words) throws Exception {
        assertThat(text(message.encode())).isEqualTo("vnet/1 " + words);
        assertThat(LocalMessage.decode(message.encode())).isEqualTo(message);
    }

    @ParameterizedTest
    @MethodSource("controlMessages")
    void controlMessagesHaveTheseWords(ControlMessage message, String words) throws Exception {
        assertThat(text(message.encode())).isEqualTo("vnet/1 " + words);
        assertThat(ControlMessage.decode(message.encode())).isEqualTo(message);
        assertThat(message.numbered(99).number()).isEqualTo(99);
        assertThat(message.numbered(99).numbered(message.number())).isEqualTo(message);
    }

    @Test
    void theTestNamesAllMessages() {
        assertThat(localMessages().<Class<?>>map(one -> one.get()[0].getClass()))
                .containsExactlyInAnyOrder(LocalMessage.class.getPermittedSubclasses());
        assertThat(controlMessages().<Class<?>>map(one -> one.get()[0].getClass()))
                .containsExactlyInAnyOrder(ControlMessage.class.getPermittedSubclasses());
    }

    @Test
    void fieldsThatNobodyAsksForAreIgnored() throws Exception {
        assertThat(LocalMessage.decode(bytes("vnet/1 SURVEY 7\ncolour=blue\n")))
                .isEqualTo(new LocalMessage.Survey(7));
    }

    @Test
    void whatIsSaidAboutFailuresIsCutAndMadePrintable() throws Exception {
        String why = "line\nafter line " + "x".repeat(10_000);
        LocalMessage.Failed failed =
                (LocalMessage.Failed)
                        LocalMessage.decode(
                                new LocalMessage.Failed(1, LocalMessage.Cause.REFUSED, why)
                                        .encode());
        assertThat(failed.why()).startsWith("line?after line x").hasSize(Fields.MAX_VALUE_CHARS);
    }

    @Test
    void anotherVersionIsNamed() {
        assertThatThrownBy(() -> LocalMessage.decode(bytes("vnet/2 SURVEY 7\n")))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("vnet/2");
    }

    /** Anything else than a {@link ProtocolException} fails the test. */
    @Test
    void whateverIsReceivedIsAMessageOrRefused() {
        Random random = new Random(SEED);
        List<byte[]> valid =
                Stream.concat(
                                localMessages().map(one -> ((LocalMessage) one.get()[0]).encode()),
                                controlMessages()
                                        .map(one -> ((ControlMessage) one.get()[0]).encode()))
                        .toList();
        int refused = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] bytes = mutated(valid.get(random.nextInt(valid.size())), random);
            try {
                refused += isRefused(bytes) ? 1 : 0;
            } catch (RuntimeException e) {
                throw new AssertionError("-Dvnet.seed=" + SEED + ": " + text(bytes), e);
            }
        }
        assertThat(refused).as("seed %d", SEED).isBetween(MUTATIONS / 4, MUTATIONS - 1);
    }

    private static boolean isRefused(byte[] bytes) {
        boolean refused = false;
        try {
            LocalMessage.decode(bytes).encode();
        } catch (ProtocolException e) {
            refused = true;
        }
        try {
            ControlMessage.decode(bytes).encode();
            return false;
        } catch (ProtocolException e) {
            return refused;
        }
    }

    private static byte[] mutated(byte[] valid, Random random) {
        byte[] bytes = valid.clone();
        switch (random.nextInt(6)) {
            case 0 -> random.nextBytes(bytes);
            case 1 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 2));
            case 2 -> bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            case 3 -> bytes = swapped(text(bytes), random, "\n");
            case 4 -> bytes = swapped(text(bytes), random, "=");
            default -> bytes = numbers(text(bytes), random);
        }
        return bytes;
    }

    /** Parts in another order. */
    private static byte[] swapped(String text, Random random, String between) {
        List<String> parts = new ArrayList<>(List.of(text.split(between, -1)));
        Collections.swap(parts, random.nextInt(parts.size()), random.nextInt(parts.size()));
        return bytes(String.join(between, parts));
    }

    /** Other numbers, some of them long. */
    private static byte[] numbers(String text, Random random) {
        String number =
                List.of("-1", "0", "65536", "2147483648", "9223372036854775808", "", "+7", "1e3")
                        .get(random.nextInt(8));
        String[] parts = text.split("(?<=[=:])\\d+", -1);
        int which = random.nextInt(Math.max(1, parts.length));
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < parts.length; i++) {
            all.append(parts[i]).append(i == which ? number : "1");
        }
        return bytes(all + "\n");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
