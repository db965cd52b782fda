package storage.dispersive.operator.founding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import storage.dispersive.api.v1alpha1.Encryption;

/** Two operators in a world that goes wrong at every message, thousands of times. */
class FoundingModelTest {

    private static final int RUNS = 20_000;

    /** Beyond the turns of an attempt that nobody disturbs. */
    private static final int TURNS = 32;

    @Test
    void whatIsFoundedIsHeldForEverWithOneKey() {
        int founded = 0;
        int littered = 0;
        for (int seed = 0; seed < RUNS; seed++) {
            FoundingModel model = model(seed, FoundingRule.all());
            assertThat(model.run()).as("seed %d", seed).isEmpty();
            founded += model.foundedInTheMess() ? 1 : 0;
            littered += model.leftBehind() > 0 ? 1 : 0;
        }
        // Else the model would not show much.
        assertThat(founded).isGreaterThan(RUNS / 4);
        assertThat(littered).isGreaterThan(RUNS / 20);
    }

    /** Every way in which the two take turns that has no more than three changes. */
    @ParameterizedTest
    @EnumSource
    void whoeverIsPausedWhereverTheFoundedVolumeIsWhole(Encryption.Key key) {
        assertThat(inTurns(FoundingRule.all(), key)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void withoutAnyOneOfTheRulesWhatIsFoundedIsLost(FoundingRule rule) {
        assertThat(atRandom(FoundingRule.allBut(rule)))
                .hasValueSatisfying(
                        wrong -> assertThat(wrong).contains("its pod does not hold the volume"));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "FORGOTTEN_ONLY_IF_NEVER_WRITTEN")
    void pausesAloneAreEnoughToLoseItWithoutOneOfTheRules(FoundingRule rule) {
        assertThat(inTurns(FoundingRule.allBut(rule), Encryption.Key.DISPERSED)).isPresent();
    }

    @Test
    void underOneIdForAllAttemptsSharesOfTwoKeysAreMixed() {
        Stream<String> lost = violations(FoundingRule.allBut(FoundingRule.FRESH_ID));
        assertThat(lost.filter(wrong -> wrong.contains("the key is lost")).findFirst()).isPresent();
    }

    private static Optional<String> atRandom(Set<FoundingRule> rules) {
        return violations(rules).findFirst();
    }

    private static Stream<String> violations(Set<FoundingRule> rules) {
        return IntStream.range(0, RUNS)
                .mapToObj(seed -> model(seed, rules).run().map(w -> "seed " + seed + ": " + w))
                .flatMap(Optional::stream);
    }

    private static FoundingModel model(long seed, Set<FoundingRule> rules) {
        Random random = new Random(seed);
        Encryption.Key key =
                random.nextInt(4) == 0 ? Encryption.Key.SECRET : Encryption.Key.DISPERSED;
        return new FoundingModel(random, rules, key);
    }

    private static Optional<String> inTurns(Set<FoundingRule> rules, Encryption.Key key) {
        for (int first = 1; first < TURNS; first++) {
            for (int second = 1; second < TURNS; second++) {
                for (int third = 1; third < TURNS; third++) {
                    Optional<String> wrong =
                            new FoundingModel(new NothingHappens(), rules, key)
                                    .runInTurns(first, second, third);
                    if (wrong.isPresent()) {
                        return wrong;
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** Nothing goes wrong by chance. */
    private static final class NothingHappens extends Random {
        private static final long serialVersionUID = 1L;

        @Override
        public int nextInt(int bound) {
            return bound - 1;
        }
    }
}
