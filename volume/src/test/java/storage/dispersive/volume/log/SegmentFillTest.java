package storage.dispersive.volume.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SegmentFillTest {

    private static final int PORTION_BYTES = 256 << 10;
    private static final int FILE_BYTES = 64 << 20;

    private final SegmentFill fill = new SegmentFill();

    @Test
    void isFullWhenTheFirstPodsFileNearlyIs() {
        int sent = 0;
        while (!fill.isFull()) {
            fill.sent(3, PORTION_BYTES);
            fill.sent(sent % 3, PORTION_BYTES);
            sent++;
        }
        assertThat(sent * (long) PORTION_BYTES).isBetween(FILE_BYTES * 9L / 10, (long) FILE_BYTES);
    }

    @Test
    void countsWhatStoresAddToSmallPortions() {
        int sent = 0;
        while (!fill.isFull()) {
            fill.sent(0, 4_500);
            sent++;
        }
        // A record begins at a multiple of 512 and has a prefix: 5,120 bytes for each.
        assertThat(sent * 5_120L).isLessThanOrEqualTo(FILE_BYTES);
    }

    @Test
    void beginsAgainWithTheNextSegment() {
        fill.sent(0, FILE_BYTES);
        assertThat(fill.isFull()).isTrue();
        fill.beginNext();
        assertThat(fill.isFull()).isFalse();
        fill.sent(0, PORTION_BYTES);
        assertThat(fill.isFull()).isFalse();
    }
}
