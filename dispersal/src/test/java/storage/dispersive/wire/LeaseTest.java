package storage.dispersive.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import storage.dispersive.portion.Code;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.wire.PodConnector.SessionKind;

class LeaseTest {

    @Test
    void anIdComesBackFromItsSpelling() {
        LeaseId id = new LeaseId(-2, 0x1f);
        assertThat(id).hasToString("fffffffffffffffe000000000000001f");
        assertThat(LeaseId.parse(id.toString())).isEqualTo(id);
        Random random = new Random(5);
        for (int i = 0; i < 100; i++) {
            LeaseId drawn = LeaseId.random(random);
            assertThat(LeaseId.parse(drawn.toString())).isEqualTo(drawn);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "fffffffffffffffe000000000000001",
                "fffffffffffffffe000000000000001f0",
                "FFFFFFFFFFFFFFFE000000000000001F",
                "+ffffffffffffffe000000000000001f",
                "fffffffffffffffe00000000 000001f"
            })
    void anythingElseIsNoId(String text) {
        assertThatThrownBy(() -> LeaseId.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aLeaseIsForASlotThatCanBe() {
        LeaseId id = new LeaseId(1, 2);
        VolumeId volume = new VolumeId(3, 4);
        for (int slot : new int[] {-1, Code.MAX_PORTIONS}) {
            assertThatThrownBy(() -> new Lease(id, volume, slot, SessionKind.READ))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
