package storage.dispersive.cli.exercise;

/**
 * Neighbouring blocks that are read or written with one request.
 *
 * @param first the number of the first block
 */
record Transfer(Kind kind, int first, int count) {

    enum Kind {
        READ,
        WRITE
    }

    long bytes() {
        return (long) count * NumberedBlock.BYTES;
    }
}
