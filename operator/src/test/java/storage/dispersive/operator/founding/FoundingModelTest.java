package storage.dispersive.operator.founding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two operators in a world that goes wrong at every message, thousands of times. */
class FoundingModelTest {

    private static final int RUNS = 20_000;

    @Test
    void whatIsFoundedIsHeldForEverWithOneKey() {
        assertThat(firstViolation(FoundingRule.all())).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void withoutAnyOneOfTheRulesSomethingIsLost(FoundingRule rule) {
        assertThat(firstViolation(FoundingRule.allBut(rule))).isPresent();
    }

    private static Optional<String> firstViolation(Set<FoundingRule> rules) {
        return LongStream.range(0, RUNS)
                .mapToObj(seed ->
                        new FoundingModel(seed, rules)
                                .run()
                                .map(wrong -> "seed " + seed + ": " + wrong))
                .flatMap(Optional::stream)
                .findFirst();
    }
}
