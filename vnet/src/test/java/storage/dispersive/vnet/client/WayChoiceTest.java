package storage.dispersive.vnet.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import storage.dispersive.vnet.client.WayChoice.Way;

class WayChoiceTest {

    private static final int LONG = 0xFFFF;
    private static final int SHORT = 1280;
    private static final int SLOT = 0;
    private static final List<String> ONE = List.of("a");
    private static final List<String> TWO = List.of("a", "b");

    private final WayChoice choice = new WayChoice();
    private long now;

    @Test
    void slotsAreDealtOutOverPaths() {
        assertThat(IntStream.range(0, 6).mapToObj(slot -> choice.choose(slot, TWO, now).path()))
                .containsExactly("a", "b", "a", "b", "a", "b");
    }

    @Test
    void whatIsNotHeardTakesEachPathBeforeItTakesShortPackets() {
        assertThat(fail(TWO)).isEqualTo(new Way("b", LONG, 1));
        assertThat(fail(TWO)).isEqualTo(new Way("a", SHORT, 2));
        assertThat(fail(TWO)).isEqualTo(new Way("b", SHORT, 3));
    }

    @Test
    void theOnlyPathIsTriedAgainBeforeItTakesShortPackets() {
        assertThat(fail(ONE)).isEqualTo(new Way("a", LONG, 1));
        assertThat(fail(ONE)).isEqualTo(new Way("a", SHORT, 2));
    }

    @Test
    void sessionsThatFailTogetherCountOnce() {
        Way first = choice.choose(SLOT, ONE, now);
        choice.failed(SLOT, first, now);
        choice.failed(SLOT, first, now);
        assertThat(choice.choose(SLOT, ONE, now)).isEqualTo(new Way("a", LONG, 1));
    }

    @Test
    void whatIsHeardAgainWasOnlyLate() {
        Way first = choice.choose(SLOT, TWO, now);
        choice.failed(SLOT, first, now);
        choice.works(SLOT, first, now);
        assertThat(choice.choose(SLOT, TWO, now)).isEqualTo(first);
    }

    @Test
    void whatIsHeardAgainSaysNothingOfWaysThatWereChosenSince() {
        Way first = choice.choose(SLOT, TWO, now);
        fail(TWO);
        Way third = fail(TWO);
        choice.works(SLOT, first, now);
        assertThat(choice.choose(SLOT, TWO, now)).isEqualTo(third);
    }

    @Test
    void theFirstChoiceIsTriedAgainAfterAWhile() {
        Way first = choice.choose(SLOT, TWO, now);
        fail(TWO);
        now += TimeUnit.MINUTES.toNanos(11);
        assertThat(choice.choose(SLOT, TWO, now)).isEqualTo(first);
        assertThat(fail(TWO)).isEqualTo(new Way("b", LONG, 1));
    }

    private Way fail(List<String> paths) {
        choice.failed(SLOT, choice.choose(SLOT, paths, now), now);
        return choice.choose(SLOT, paths, now);
    }
}
