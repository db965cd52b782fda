package storage.dispersive.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import storage.dispersive.api.v1alpha1.Condition;
import storage.dispersive.api.v1alpha1.Condition.Truth;

class ConditionHistoryTest {

    private static final Instant FIRST = Instant.parse("2026-03-01T12:00:00.123Z");
    private static final Instant LATER = FIRST.plusSeconds(60);

    private static List<Condition> after(
            List<Condition> before, Finding found, long generation, Instant now) {
        return new ConditionHistory(before).with(List.of(found), generation, now);
    }

    @Test
    void theTimeIsThatOfTheLastChangeOfTheStatusAlone() {
        List<Condition> one =
                after(List.of(), Finding.fails(Aspect.READY, "A", "because"), 1, FIRST);
        List<Condition> two = after(one, Finding.fails(Aspect.READY, "B", "other"), 2, LATER);
        assertThat(two.getFirst().lastTransitionTime()).isEqualTo("2026-03-01T12:00:00Z");
        assertThat(two.getFirst().observedGeneration()).isEqualTo(2);
        assertThat(two.getFirst().reason()).isEqualTo("B");
        List<Condition> three = after(two, Finding.holds(Aspect.READY, "C", ""), 2, LATER);
        assertThat(three.getFirst().lastTransitionTime()).isEqualTo("2026-03-01T12:01:00Z");
    }

    @Test
    void aNewStatusOrReasonIsAChangeAndANewMessageIsNot() {
        List<Condition> one = after(List.of(), Finding.fails(Aspect.READY, "A", "x"), 1, FIRST);
        ConditionHistory history = new ConditionHistory(one);
        assertThat(history.changed(after(one, Finding.fails(Aspect.READY, "A", "y"), 9, LATER)))
                .isEmpty();
        assertThat(history.changed(after(one, Finding.fails(Aspect.READY, "B", "x"), 1, LATER)))
                .hasSize(1);
        assertThat(history.changed(after(one, Finding.holds(Aspect.READY, "A", "x"), 1, LATER)))
                .hasSize(1);
    }

    @Test
    void conditionsOfOthersStayAndOnesThatNobodyFindsAnyMoreGo() {
        Condition others =
                new Condition(
                        "example.com/Backup", Truth.TRUE, 1L, "2026-01-01T00:00:00Z", "X", "");
        Condition gone =
                new Condition("Deletable", Truth.FALSE, 1L, "2026-01-01T00:00:00Z", "X", "");
        assertThat(after(List.of(others, gone), Finding.holds(Aspect.READY, "A", "x"), 1, FIRST))
                .extracting(Condition::type)
                .containsExactly("Ready", "example.com/Backup");
    }
}
