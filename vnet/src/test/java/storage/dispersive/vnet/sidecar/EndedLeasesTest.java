package storage.dispersive.vnet.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import storage.dispersive.identity.CertificateTimes;
import storage.dispersive.wire.LeaseId;

class EndedLeasesTest {

    private static final long LONGEST_USE = CertificateTimes.LONGEST_USE_OF_LEASE.toNanos();
    private static final LeaseId STOLEN = new LeaseId(1, 1);

    private final EndedLeases ended = new EndedLeases();

    @Test
    void aLeaseIsRememberedWhileACertificateOfItMayBeTaken() {
        long start = Long.MAX_VALUE - TimeUnit.MINUTES.toNanos(1);
        ended.add(STOLEN, "node-a", start);
        assertThat(ended.contains(STOLEN, start + LONGEST_USE)).isTrue();
        assertThat(ended.contains(STOLEN, start + LONGEST_USE + 1)).isFalse();
        assertThat(ended.contains(new LeaseId(2, 2), start)).isFalse();
    }

    @Test
    void noHostHasTheLeasesOfAnotherForgotten() {
        ended.add(STOLEN, "node-a", 0);
        for (int i = 0; i < 2 * EndedLeases.MOST; i++) {
            ended.add(new LeaseId(7, i), "node-b", i);
        }
        assertThat(ended.contains(STOLEN, LONGEST_USE)).isTrue();
        assertThat(ended.contains(new LeaseId(7, 0), LONGEST_USE)).isFalse();
        assertThat(ended.contains(new LeaseId(7, EndedLeases.MOST), LONGEST_USE)).isFalse();
        assertThat(ended.contains(new LeaseId(7, EndedLeases.MOST + 1), LONGEST_USE)).isTrue();
    }

    @Test
    void whatWasForgottenMakesRoom() {
        for (int i = 0; i < EndedLeases.MOST; i++) {
            ended.add(new LeaseId(7, i), "node-b", 0);
        }
        long later = LONGEST_USE + 1;
        for (int i = 0; i < EndedLeases.MOST; i++) {
            ended.add(new LeaseId(8, i), "node-a", later);
        }
        assertThat(ended.contains(new LeaseId(8, 0), later)).isTrue();
        assertThat(ended.contains(new LeaseId(7, EndedLeases.MOST - 1), later)).isFalse();
    }
}
