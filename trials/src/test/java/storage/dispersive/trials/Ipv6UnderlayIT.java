package storage.dispersive.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import storage.dispersive.engine.EngineReport;
import storage.dispersive.portion.PortionHeader;
import storage.dispersive.trials.CapturedSan.Carried;
import storage.dispersive.trials.capture.CapturedFrame;

/**
 * A SAN whose hosts speak IPv6 to each other: what the underlay changes of {@link
 * CarriedByMachinesIT}, and a roll.
 */
class Ipv6UnderlayIT {

    private static final Marker MARKER = new Marker(new SecureRandom().nextLong());
    private static final int MACHINES = 2 * CapturedSan.PODS;
    private static final int ETHERNET_TYPE_OFFSET = 12;
    private static final int IPV6 = 0x86DD;
    private static final int ROLLED_BYTES = 1 << 20;

    /** Of hosts on the first path. */
    private static final String ADDRESSES = "fd73:616e:0:";

    private static CapturedSan captured;

    @BeforeAll
    static void captureAWriterAndReader() throws Exception {
        captured = CapturedSan.of(MARKER, "--underlay", "ipv6");
    }

    @AfterAll
    static void end() throws Exception {
        if (captured != null) {
            captured.close();
        }
    }

    @Test
    void hostsSayNothingButIpv6AndNothingOfWhatWasWritten() {
        assertThat(captured.frames()).isNotEmpty();
        for (CapturedFrame frame : captured.frames()) {
            int type =
                    Short.toUnsignedInt(
                            ByteBuffer.wrap(frame.bytes()).getShort(ETHERNET_TYPE_OFFSET));
            assertThat(type).as("at %s", frame.port()).isEqualTo(IPV6);
            assertThat(MARKER.occurrences(MemorySegment.ofArray(frame.bytes()))).isZero();
        }
    }

    @Test
    void portionsTravelInTheMachinesThatStatusNames() {
        assertThat(captured.machines()).hasSize(MACHINES);
        assertThat(captured.rows()).hasSize(MACHINES);
        long portionBytes = 0;
        for (Carried carried : captured.machines()) {
            EngineReport.Machine named = machine(carried.row());
            assertThat(named.vni()).isEqualTo(carried.connection().vni());
            assertThat(named.here()).contains(ADDRESSES);
            assertThat(named.there()).contains(ADDRESSES);
            for (PortionHeader portion : carried.talk().appended()) {
                assertThat(carried.isOf("WRITE")).as(carried.toString()).isTrue();
                assertThat(portion.stripe().holder(portion.index()).slot())
                        .as(carried.toString())
                        .isEqualTo(carried.row().slot());
                portionBytes += portion.payloadBytes();
            }
        }
        assertThat(portionBytes)
                .isGreaterThan(
                        (long) CapturedSan.WRITTEN_BYTES * CapturedSan.PODS / CapturedSan.DATA);
    }

    @Test
    void aRollReplacesAllMachinesByOthers() throws Exception {
        TriedSan san = captured.san();
        Path socket = san.attachNbd(CapturedSan.VOLUME);
        try {
            Set<String> before = san.leases(CapturedSan.VOLUME);
            san.run("volume", "roll", CapturedSan.VOLUME).orFail();
            assertThat(san.leases(CapturedSan.VOLUME))
                    .hasSize(MACHINES)
                    .doesNotContainAnyElementsOf(before);
            MARKER.writeAndRead(socket, CapturedSan.VOLUME, ROLLED_BYTES);
        } finally {
            san.run("volume", "detach", CapturedSan.VOLUME).orFail();
        }
    }

    private static EngineReport.Machine machine(EngineReport.Connection row) {
        return Objects.requireNonNull(row.machine(), row.toString());
    }
}
