package storage.dispersive.cli.bench;

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

    boolean isRead() {
        return pattern.endsWith("read");
    }

    /**
     * fio's options. The written bytes are bounded as well as the time: the log is not cleaned yet,
     * so what is written stays in the stores.
     */
    List<String> options(Extent extent) {
        String bound =
                this == SEQUENTIAL_WRITE
                        ? "--size=" + extent.sizeBytes()
                        : "--runtime=" + extent.seconds() + "s";
        return List.of(
                "--name=" + name(),
                "--rw=" + pattern,
                "--bs=" + blockSize,
                "--iodepth=" + depth,
                "--size=" + extent.sizeBytes(),
                "--randrepeat=1",
                "--norandommap",
                "--fsync=" + (this == WRITE_FSYNC ? 1 : 0),
                bound,
                this == SEQUENTIAL_WRITE ? "--time_based=0" : "--time_based=1");
    }

    /** How much and how long; {@code sizeBytes} of the disk are used. */
    record Extent(long sizeBytes, int seconds) {}
}
