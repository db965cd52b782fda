package storage.dispersive.trials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import storage.dispersive.portion.PortionFormat;
import storage.dispersive.portion.PortionHeader;
import storage.dispersive.portion.PortionKey;
import storage.dispersive.seal.KeyShare;
import storage.dispersive.seal.KeyShareException;
import storage.dispersive.seal.KeyShares;
import storage.dispersive.seal.VolumeKey;
import storage.dispersive.trials.CapturedSan.Carried;
import storage.dispersive.trials.capture.CapturedFrame;
import storage.dispersive.trials.capture.Conversation;
import storage.dispersive.wire.FrameType;
import storage.dispersive.wire.Greeting;
import storage.dispersive.wire.PodRequest;

/**
 * What is on the bridge between the hosts of a SAN while a known file is written and read: each
 * portion once, in the virtual network machine of its pod and session, and nothing else.
 */
class CarriedByMachinesIT {

    private static final int PODS = CapturedSan.PODS;
    private static final int DATA = CapturedSan.DATA;
    private static final Marker MARKER = new Marker(new SecureRandom().nextLong());
    private static final byte[] SHARE_MAGIC = {'D', 'K', 'S', 'H'};
    private static final byte[] PORTION_MAGIC =
            ByteBuffer.allocate(Integer.BYTES).putInt(PortionFormat.MAGIC).array();

    /** What only sessions of a volume say. */
    private static final Set<FrameType> OF_PORTIONS =
            EnumSet.of(
                    FrameType.APPEND,
                    FrameType.READ_UNITS,
                    FrameType.UNITS,
                    FrameType.LIST_HEADERS,
                    FrameType.HEADERS);

    private static final List<KeyShare> heardShares = new ArrayList<>();
    private static CapturedSan captured;

    @BeforeAll
    static void captureAWriterAndReader() throws Exception {
        captured = CapturedSan.of(MARKER);
        for (int slot = 0; slot < PODS; slot++) {
            heardShares.add(share(slot));
        }
    }

    @AfterAll
    static void end() throws Exception {
        if (captured != null) {
            captured.close();
        }
    }

    @Test
    void everyMachineOfTheCaptureIsNamedByStatusAndHasOneConnection() {
        assertThat(captured.rows().values()).allMatch(row -> row.state().equals("OPEN"));
        Map<String, Long> perSession =
                captured.rows().values().stream()
                        .collect(
                                Collectors.groupingBy(
                                        row -> row.session() + " of " + row.pod(),
                                        Collectors.counting()));
        assertThat(perSession).hasSize(2 * PODS);
        assertThat(captured.rows()).as("one VNI for each session").hasSize(2 * PODS);
        assertThat(captured.machines()).hasSize(2 * PODS);
        Set<Integer> seen =
                captured.machines().stream()
                        .map(carried -> carried.connection().vni())
                        .collect(Collectors.toSet());
        assertThat(seen).isEqualTo(captured.rows().keySet());
        for (Carried carried : captured.machines()) {
            Greeting.Hello hello = carried.talk().hello();
            assertThat(hello.slot()).isEqualTo(carried.row().slot());
            assertThat(hello.pod().toString()).isEqualTo(carried.row().pod());
            assertThat(hello.kind().name()).isEqualTo(carried.row().session());
        }
    }

    @Test
    void everyPortionTravelsOnceInTheMachineOfTheWriteSessionOfItsPod() {
        Map<PortionKey, Carried> sent = new HashMap<>();
        long dataBytes = 0;
        for (Carried carried : captured.machines()) {
            for (PortionHeader portion : carried.talk().appended()) {
                assertThat(carried.isOf("WRITE")).as(carried.toString()).isTrue();
                assertThat(portion.stripe().holder(portion.index()).slot())
                        .as("%s in %s", portion.key(), carried)
                        .isEqualTo(carried.row().slot());
                assertThat(sent.put(portion.key(), carried)).as(carried.toString()).isNull();
                if (portion.index() < portion.stripe().code().dataPortions()) {
                    dataBytes += portion.payloadBytes();
                }
            }
        }
        assertThat(dataBytes).isGreaterThan(CapturedSan.WRITTEN_BYTES);
        for (Carried carried : captured.machines()) {
            carried.talk().appended().forEach(one -> checkThatItsStripeIsWhole(one, sent));
        }
    }

    /** All of a stripe was seen, and no two of its portions shared a machine or a pod. */
    private static void checkThatItsStripeIsWhole(
            PortionHeader portion, Map<PortionKey, Carried> sent) {
        Set<Integer> machines = new HashSet<>();
        Set<String> pods = new HashSet<>();
        for (int index = 0; index < portion.stripe().code().portions(); index++) {
            PortionKey key = portion.stripe().key(index);
            Carried carried = Objects.requireNonNull(sent.get(key), "not seen: " + key);
            assertThat(machines.add(carried.connection().vni())).as(carried.toString()).isTrue();
            assertThat(pods.add(carried.row().pod())).as(carried.toString()).isTrue();
        }
    }

    /** Tried: an engine that reads over its write sessions fails here. */
    @Test
    void everyUnitIsReadInTheMachineOfTheReadSessionOfThePodThatHoldsIt() {
        Map<PortionKey, Integer> slots = new HashMap<>();
        for (Carried carried : captured.machines()) {
            for (PortionHeader portion : carried.talk().appended()) {
                slots.put(portion.key(), portion.stripe().holder(portion.index()).slot());
            }
        }
        long units = 0;
        for (Carried carried : captured.machines()) {
            for (PodRequest.ReadUnits read : carried.talk().answeredReads()) {
                assertThat(carried.isOf("READ")).as(carried.toString()).isTrue();
                assertThat(slots.get(read.key()))
                        .as("%s in %s", read, carried)
                        .isEqualTo(carried.row().slot());
                units += read.units();
            }
        }
        assertThat(units).isGreaterThanOrEqualTo(CapturedSan.WRITTEN_BYTES / Block.BYTES);
    }

    @Test
    void outsideOfItsMachinesNothingIsSaidOfPortions() {
        Set<Elsewhere.Purpose> purposes = EnumSet.noneOf(Elsewhere.Purpose.class);
        for (Elsewhere one : captured.elsewhere()) {
            purposes.add(one.purpose());
            assertThat(one.types()).as(one.toString()).doesNotContainAnyElementsOf(OF_PORTIONS);
            for (byte[] said : both(one.opened())) {
                assertThat(indexOf(said, PORTION_MAGIC)).as(one.toString()).isNegative();
                assertThat(MARKER.occurrences(MemorySegment.ofArray(said))).isZero();
            }
        }
        assertThat(purposes).contains(Elsewhere.Purpose.CONTROL, Elsewhere.Purpose.ADMINISTRATION);
        assertThat(captured.keys()).isNotEmpty();
        for (CapturedSan.Keys one : captured.keys()) {
            assertThat(captured.rows()).doesNotContainKey(one.connection().vni());
            assertThat(one.talk().types()).doesNotContainAnyElementsOf(OF_PORTIONS);
        }
    }

    @Test
    void neitherFramesNorWhatTheirTlsHidesHoldPlaintextOrKey() throws Exception {
        try (VolumeKey key = KeyShares.combine(shares(0b001111))) {
            Marker first = new Marker(ByteBuffer.wrap(key.export()).getLong());
            for (CapturedFrame frame : captured.frames()) {
                MemorySegment bytes = MemorySegment.ofArray(frame.bytes());
                assertThat(MARKER.occurrences(bytes)).as(frame.port()).isZero();
                assertThat(first.occurrences(bytes)).as(frame.port()).isZero();
            }
            for (int slot = 0; slot < PODS; slot++) {
                for (byte[] said : captured.told(slot)) {
                    MemorySegment bytes = MemorySegment.ofArray(said);
                    assertThat(MARKER.occurrences(bytes)).as("slot %d", slot).isZero();
                    assertThat(first.occurrences(bytes)).as("slot %d", slot).isZero();
                }
            }
        }
    }

    /**
     * Each pod's connections, opened, hold sealed blocks and one share of the key. Any four pods'
     * shares open them, so all that is needed is there; any three pods' shares give no key.
     */
    @Test
    void whatFewerThanFourPodsWereToldOpensNothing() throws Exception {
        for (int pods = 1; pods < 1 << PODS; pods++) {
            List<KeyShare> shares = shares(pods);
            if (shares.size() < DATA) {
                assertThatThrownBy(() -> KeyShares.combine(shares))
                        .isInstanceOf(KeyShareException.class);
            } else if (shares.size() == DATA) {
                try (VolumeKey key = KeyShares.combine(shares)) {
                    assertThat(blocksOpenedBy(key)).isPositive();
                }
            }
        }
        try (VolumeKey wrong = VolumeKey.random(new SecureRandom())) {
            assertThat(blocksOpenedBy(wrong)).isZero();
        }
    }

    private static int blocksOpenedBy(VolumeKey key) {
        int opened = 0;
        for (Carried carried : captured.machines()) {
            Optional<byte[]> plain =
                    StoredBlock.firstSent(carried.opened().fromClient())
                            .flatMap(block -> block.open(key));
            if (plain.isPresent()) {
                assertThat(MARKER.occurrences(MemorySegment.ofArray(plain.get()))).isPositive();
                opened++;
            }
        }
        return opened;
    }

    /** The shares that the pods of the slots whose bits are set were heard to keep or to give. */
    private static List<KeyShare> shares(int slots) {
        List<KeyShare> shares = new ArrayList<>();
        for (int slot = 0; slot < PODS; slot++) {
            if ((slots >> slot & 1) == 1) {
                shares.add(heardShares.get(slot));
            }
        }
        return shares;
    }

    private static List<byte[]> both(Conversation conversation) {
        return List.of(conversation.fromClient(), conversation.fromServer());
    }

    private static int indexOf(byte[] said, byte[] magic) {
        for (int at = 0; at + magic.length <= said.length; at++) {
            if (Arrays.equals(said, at, at + magic.length, magic, 0, magic.length)) {
                return at;
            }
        }
        return -1;
    }

    private static KeyShare share(int slot) {
        for (byte[] said : captured.told(slot)) {
            int at = indexOf(said, SHARE_MAGIC);
            if (at >= 0) {
                return KeyShare.decode(Arrays.copyOfRange(said, at, at + KeyShare.ENCODED_BYTES));
            }
        }
        throw new AssertionError("the pod of slot " + slot + " was not heard to have a share");
    }
}
