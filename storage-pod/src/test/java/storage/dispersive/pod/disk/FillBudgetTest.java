package storage.dispersive.pod.disk;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FillBudgetTest {

    private static final int CHUNK = 1 << 20;
    private static final int SYNCS_FOR_A_CHUNK = 16;
    private static final long MILLI = 1_000_000;

    private final FillBudget budget = new FillBudget(0);

    @Test
    void costsNothingWhileNobodySyncs() {
        for (int chunk = 0; chunk < 100; chunk++) {
            assertThat(budget.waitNanos(CHUNK, chunk)).isLessThanOrEqualTo(0);
            budget.spend(CHUNK);
        }
    }

    @Test
    void isPaidBySyncs() {
        long now = 0;
        for (int sync = 1; sync < SYNCS_FOR_A_CHUNK; sync++) {
            now += MILLI;
            budget.synced(now);
            assertThat(budget.waitNanos(CHUNK, now)).isEqualTo(100 * MILLI);
        }
        budget.synced(now);
        assertThat(budget.waitNanos(CHUNK, now)).isLessThanOrEqualTo(0);
        budget.spend(CHUNK);
        assertThat(budget.waitNanos(CHUNK, now)).isEqualTo(100 * MILLI);
    }

    @Test
    void isFreeAgainSoonAfterTheLastSync() {
        budget.synced(0);
        assertThat(budget.waitNanos(CHUNK, 99 * MILLI)).isEqualTo(MILLI);
        assertThat(budget.waitNanos(CHUNK, 100 * MILLI)).isLessThanOrEqualTo(0);
    }

    @Test
    void savesUpNoMoreThanAFewChunks() {
        for (int sync = 0; sync < 10_000; sync++) {
            budget.synced(0);
        }
        for (int chunk = 0; chunk < 8; chunk++) {
            assertThat(budget.waitNanos(CHUNK, 0)).isLessThanOrEqualTo(0);
            budget.spend(CHUNK);
        }
        assertThat(budget.waitNanos(CHUNK, 0)).isPositive();
    }
}
