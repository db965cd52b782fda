package storage.dispersive.trials.capture;

import java.util.EnumMap;
import java.util.Map;
import java.util.Random;

/**
 * Somebody on the way to pods who may alter what he passes on: one bit now and then, so that
 * everything below TLS is as it should be. Thread-safe.
 */
public final class Meddler {

    /** Shorter pieces are handshakes and small talk, and no portions. */
    private static final int LEAST_BYTES = 4 << 10;

    private final Random random;
    private final long everyBytes;
    private final Map<Direction, Long> passedBytes = new EnumMap<>(Direction.class);
    private final Map<Direction, Integer> flips = new EnumMap<>(Direction.class);
    private boolean meddles;

    /** Which way something goes. */
    public enum Direction {
        TO_POD,
        FROM_POD
    }

    /** Alters one bit of so many bytes in each direction, once he has begun. */
    public Meddler(long everyBytes, long seed) {
        this.everyBytes = everyBytes;
        this.random = new Random(seed);
    }

    public synchronized void begin() {
        meddles = true;
    }

    public synchronized void end() {
        meddles = false;
    }

    /** How many bits he has altered. */
    public synchronized int flips(Direction direction) {
        return flips.getOrDefault(direction, 0);
    }

    /** Whether a bit of these bytes was altered, of which the first {@code count} are passed on. */
    synchronized boolean alter(byte[] bytes, int count, Direction direction) {
        if (!meddles || count < LEAST_BYTES) {
            return false;
        }
        if (passedBytes.merge(direction, (long) count, Long::sum) < everyBytes) {
            return false;
        }
        passedBytes.put(direction, 0L);
        flips.merge(direction, 1, Integer::sum);
        bytes[random.nextInt(count)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
        return true;
    }
}
