package storage.dispersive.blockdevice.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BufferPoolTest {

    private static final int KIB = 1 << 10;

    @Test
    void capacitiesArePowersOfTwoFromOneBlockUp() {
        assertThat(BufferPool.capacityFor(1)).isEqualTo(4 * KIB);
        assertThat(BufferPool.capacityFor(4 * KIB)).isEqualTo(4 * KIB);
        assertThat(BufferPool.capacityFor(4 * KIB + 1)).isEqualTo(8 * KIB);
        assertThat(BufferPool.capacityFor(32 << 20)).isEqualTo(32 << 20);
        assertThatThrownBy(() -> BufferPool.capacityFor((32 << 20) + 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> BufferPool.capacityFor(0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aBufferThatIsGivenBackIsTakenAgain() {
        BufferPool pool = new BufferPool(64 * KIB);
        PooledBuffer first = pool.take(5000);
        assertThat(pool.usedBytes()).isEqualTo(8 * KIB);
        pool.give(first);
        assertThat(pool.usedBytes()).isZero();
        assertThat(pool.idleBytes()).isEqualTo(8 * KIB);
        assertThat(pool.take(6000)).isSameAs(first);
        assertThat(pool.idleBytes()).isZero();
        pool.give(first);
        pool.close();
    }

    @Test
    void noMoreThanTheLimitLiesIdle() {
        BufferPool pool = new BufferPool(8 * KIB);
        PooledBuffer one = pool.take(8 * KIB);
        PooledBuffer two = pool.take(4 * KIB);
        pool.give(one);
        pool.give(two);
        assertThat(pool.idleBytes()).isEqualTo(8 * KIB);
        assertThat(pool.usedBytes()).isZero();
        assertThatThrownBy(
                        () -> two.payload(4 * KIB).get(java.lang.foreign.ValueLayout.JAVA_BYTE, 0))
                .isInstanceOf(IllegalStateException.class);
        pool.close();
    }

    @Test
    void aClosedPoolFreesWhatComesBack() {
        BufferPool pool = new BufferPool(64 * KIB);
        PooledBuffer late = pool.take(4 * KIB);
        pool.close();
        pool.give(late);
        assertThat(pool.idleBytes()).isZero();
        assertThatThrownBy(() -> late.payload(1).fill((byte) 1))
                .isInstanceOf(IllegalStateException.class);
    }
}
