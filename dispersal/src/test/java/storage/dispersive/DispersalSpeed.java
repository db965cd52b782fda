package storage.dispersive;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import storage.dispersive.checksum.Crc32c;
import storage.dispersive.erasure.ErasureCode;
import storage.dispersive.portion.RunId;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.seal.BlockSealer;
import storage.dispersive.seal.HeaderMac;
import storage.dispersive.seal.RunKey;
import storage.dispersive.seal.VolumeKey;

/**
 * Measures the hot loops of this module on one thread: run it as it is for the native code, and
 * with {@code -Ddispersive.native=portable} for the portable one. Prints the best of several
 * rounds, as neighbours only ever slow it down.
 */
final class DispersalSpeed {

    private static final int PORTION_BYTES = 256 * 1024;
    private static final int WARM_UP_ROUNDS = 4;
    private static final int ROUNDS = 6;
    private static final long ROUND_NANOS = 250_000_000;

    private final Arena arena = Arena.ofAuto();
    private final SecureRandom random = new SecureRandom();

    private DispersalSpeed() {}

    public static void main(String[] arguments) {
        DispersalSpeed speed = new DispersalSpeed();
        System.out.printf(
                "erasure %s, crc32c %s, sealing %s%n",
                ErasureCode.backend(), Crc32c.backend(), BlockSealer.backend());
        speed.erasure();
        speed.checksum();
        speed.sealing();
        speed.headers();
    }

    private MemorySegment filled(int bytes) {
        byte[] content = new byte[bytes];
        random.nextBytes(content);
        return arena.allocate(bytes, 64).copyFrom(MemorySegment.ofArray(content));
    }

    private void erasure() {
        ErasureCode code = ErasureCode.of(4, 2);
        MemorySegment[] data = new MemorySegment[4];
        MemorySegment[] parity = new MemorySegment[2];
        Arrays.setAll(data, i -> filled(PORTION_BYTES));
        Arrays.setAll(parity, i -> filled(PORTION_BYTES));
        throughput("encode 4+2", 4L * PORTION_BYTES, i -> code.encode(data, parity, PORTION_BYTES));

        @Nullable MemorySegment[] present = {null, null, data[2], data[3], parity[0], parity[1]};
        MemorySegment[] out = {filled(PORTION_BYTES), filled(PORTION_BYTES)};
        int[] wanted = {0, 1};
        throughput(
                "decode 4+2, two data portions lost",
                4L * PORTION_BYTES,
                i -> code.reconstruct(present, wanted, out, PORTION_BYTES));
        MemorySegment[] four = {filled(4096)};
        @Nullable MemorySegment[] slices = new MemorySegment[6];
        for (int i = 2; i < 6; i++) {
            slices[i] = filled(4096);
        }
        int[] first = {0};
        latency("decode 4+2 of one 4 KiB block", i -> code.reconstruct(slices, first, four, 4096));
    }

    private void checksum() {
        MemorySegment portion = filled(PORTION_BYTES);
        int[] sink = new int[1];
        throughput("crc32c", PORTION_BYTES, i -> sink[0] ^= Crc32c.of(portion, 0, PORTION_BYTES));
        latency("crc32c of 128 bytes", i -> sink[0] ^= Crc32c.of(portion, i & 0xFF, 128));
    }

    private void sealing() {
        RunKey key = VolumeKey.random(random).forRun(new VolumeId(1, 2), new RunId(3, 4));
        RunKey other = VolumeKey.random(random).forRun(new VolumeId(1, 2), new RunId(3, 5));
        BlockSealer[] sealers = {key.blockSealer(), other.blockSealer()};
        MemorySegment plain = filled(BlockSealer.BLOCK_BYTES);
        MemorySegment sealed = filled(BlockSealer.SEALED_BYTES);
        BlockSealer one = sealers[0];
        latency("seal 4 KiB", i -> one.seal(i, 0, 7, plain, 0, sealed, 0));
        latency(
                "seal 4 KiB, another run each time",
                i -> sealers[(int) i & 1].seal(i, 1, 7, plain, 0, sealed, 0));
        one.seal(1, 2, 7, plain, 0, sealed, 0);
        latency(
                "open 4 KiB",
                i -> {
                    if (!one.open(1, 2, 7, sealed, 0, plain, 0)) {
                        throw new AssertionError("not authentic");
                    }
                });
    }

    private void headers() {
        RunKey key = VolumeKey.random(random).forRun(new VolumeId(1, 2), new RunId(3, 4));
        HeaderMac mac = key.headerMac();
        MemorySegment header = filled(512);
        for (int bytes : new int[] {112, 240}) {
            latency(
                    "header MAC of %d bytes".formatted(bytes),
                    i -> mac.compute(header, 0, bytes, header, 480));
        }
        if (header.get(ValueLayout.JAVA_LONG, 480) == 0) {
            System.out.println("(a MAC of zeros)");
        }
    }

    private static void throughput(String name, long bytes, LongConsumer work) {
        print(name, "GB/s", bytes / bestNanos(work));
    }

    private static void latency(String name, LongConsumer work) {
        print(name, "us", bestNanos(work) / 1000);
    }

    private static void print(String name, String unit, double value) {
        System.out.printf(Locale.ROOT, "  %-40s %9.3f %s%n", name, value, unit);
    }

    private static double bestNanos(LongConsumer work) {
        double best = Double.MAX_VALUE;
        long call = 1;
        for (int round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
            long calls = 0;
            long start = System.nanoTime();
            long elapsed;
            do {
                for (int i = 0; i < 16; i++) {
                    work.accept(call++);
                }
                calls += 16;
                elapsed = System.nanoTime() - start;
            } while (elapsed < ROUND_NANOS);
            if (round >= WARM_UP_ROUNDS) {
                best = Math.min(best, (double) elapsed / calls);
            }
        }
        return best;
    }
}
