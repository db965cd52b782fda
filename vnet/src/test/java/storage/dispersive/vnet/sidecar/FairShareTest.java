package storage.dispersive.vnet.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FairShareTest {

    private static final int PLACES = 64;

    private final FairShare<String> shares = new FairShare<>();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 10, 63})
    void oneIsLeftForANewcomerHoweverManyTakeAllTheyCan(int greedy) {
        int left = PLACES;
        for (int i = 0; i < greedy * PLACES; i++) {
            String holder = "greedy-" + i % greedy;
            if (shares.allows(holder, left)) {
                shares.add(holder);
                left--;
            }
        }
        assertThat(left).isEqualTo(PLACES / (greedy + 1));
        assertThat(shares.allows("newcomer", left)).isTrue();
        assertThat(shares.allows("greedy-0", left)).isFalse();
    }

    @Test
    void whatIsGivenBackCanBeHadAgain() {
        shares.add("a");
        shares.add("a");
        shares.add("b");
        assertThat(shares.greatest()).contains("a");
        shares.remove("a");
        shares.remove("a");
        assertThat(shares.of("a")).isZero();
        assertThat(shares.greatest()).contains("b");
        assertThatIllegalStateException().isThrownBy(() -> shares.remove("a"));
    }
}
