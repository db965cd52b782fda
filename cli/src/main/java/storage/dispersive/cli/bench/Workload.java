package storage.dispersive.cli.bench;

import java.util.ArrayList;
import java.util.List;

/** What fio does to a disk. The order matters: what is read must have been written. */
enum Workload {
    SEQUENTIAL_WRITE("seq write 1M d16", "write", "1M", 16, Unit.BYTES_PER_SECOND),
    SEQUENTIAL_READ("seq read 1M d16", "read", "1M", 16, Unit.BYTES_PER_SECOND),
    RANDOM_READ_1("rand read 4k d1", "randread", "4k", 1, Unit.OPERATIONS_PER_SECOND),
    RANDOM_READ_32("rand read 4k d32", "randread", "4k", 32, Unit.OPERATIONS_PER_SECOND),
    RANDOM_WRITE_1("rand write 4k d1", "randwrite", "4k", 1, Unit.OPERATIONS_PER_SECOND),
    RANDOM_WRITE_32("rand write 4k d32", "randwrite", "4k", 32, Unit.OPERATIONS_PER_SECOND),
    WRITE_FSYNC("write+fsync 4k d1", "randwrite", "4k", 1, Unit.OPERATIONS_PER_SECOND);

    /** 4 + 2, and some for headers. */
    private static final double SEQUENTIAL_FACTOR = 1.6;

    /** A block goes to three pods at most, with a header each. */
    private static final double SMALL_WRITE_FACTOR = 3.5;

    private static final long BLOCK_BYTES = 4096;

    private static final long STORES_BYTES_PER_SECOND = 500_000_000;

    /** What a result counts. */
    enum Unit {
        BYTES_PER_SECOND,
        OPERATIONS_PER_SECOND
    }

    private final String title;
    private final String pattern;
    private final String blockSize;
    private final int depth;
    private final Unit unit;

    Workload(String title, String pattern, String blockSize, int depth, Unit unit) {
        this.title = title;
        this.pattern = pattern;
        this.blockSize = blockSize;
        this.depth = depth;
        this.unit = unit;
    }

    String title() {
        return title;
    }

    Unit unit() {
        return unit;
    }

    /**
     * The most that a SAN's stores may take of it: parity and headers for what is written in
     * sequence, and for small writes what they are allowed to write at all.
     */
    long storesBytes(Extent extent) {
        if (isRead()) {
            return 0;
        }
        return this == SEQUENTIAL_WRITE
                ? (long) (SEQUENTIAL_FACTOR * extent.sizeBytes())
                : extent.seconds() * STORES_BYTES_PER_SECOND;
    }

    boolean isRead() {
        return pattern.endsWith("read");
    }

    /**
     * fio's options. The written bytes are bounded as well as the time: the log is not cleaned yet,
     * so what is written stays in the stores.
     */
    List<String> options(Extent extent) {
        List<String> options =
                new ArrayList<>(
                        List.of(
                                "--name=" + name(),
                                "--rw=" + pattern,
                                "--bs=" + blockSize,
                                "--iodepth=" + depth,
                                "--size=" + extent.sizeBytes(),
                                "--randrepeat=1",
                                "--norandommap",
                                "--fsync=" + (this == WRITE_FSYNC ? 1 : 0)));
        if (isRead()) {
            options.addAll(List.of("--time_based=1", "--runtime=" + extent.seconds() + "s"));
        } else if (this != SEQUENTIAL_WRITE) {
            long blocks = (long) (storesBytes(extent) / SMALL_WRITE_FACTOR) / BLOCK_BYTES;
            options.addAll(
                    List.of(
                            "--io_size=" + blocks * BLOCK_BYTES,
                            "--runtime=" + extent.seconds() + "s"));
        }
        return List.copyOf(options);
    }

    /** How much and how long; {@code sizeBytes} of the disk are used. */
    record Extent(long sizeBytes, int seconds) {}
}
