package storage.dispersive.erasure;

/** The bytes of a portion from {@code from} (inclusive) until {@code until} (exclusive). */
record ByteRange(long from, long until) {

    ByteRange {
        if (from < 0 || until < from) {
            throw new IllegalArgumentException("no such range: " + from + " until " + until);
        }
    }
}
