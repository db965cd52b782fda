package storage.dispersive.vnet.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.BitSet;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinkNumbersTest {

    private static final PortRange RANGE = new PortRange(20_000, 20_099);

    private final LinkNumbers numbers = new LinkNumbers(RANGE, new Random(1));

    @Test
    void givesEachPortToOneAtATime() {
        TreeSet<Integer> ports = new TreeSet<>();
        for (int i = 0; i < RANGE.size(); i++) {
            ports.add(numbers.takePort().orElseThrow());
        }
        assertThat(ports).hasSize(100);
        assertThat(ports.getFirst()).isEqualTo(20_000);
        assertThat(ports.getLast()).isEqualTo(20_099);
        assertThat(numbers.takePort()).isEmpty();
        numbers.giveBackPort(20_042);
        assertThat(numbers.claim(20_042, 7)).isTrue();
        assertThat(numbers.claim(20_042, 8)).isFalse();
        assertThat(numbers.takePort()).isEmpty();
    }

    @Test
    void avoidsPortsThatOthersHave() {
        BitSet others = new BitSet();
        others.set(20_000, 20_099);
        numbers.avoid(others);
        assertThat(numbers.takePort()).contains(20_099);
        assertThat(numbers.takePort()).isEmpty();
        numbers.avoid(new BitSet());
        assertThat(numbers.takePort()).isPresent();
    }

    @Test
    void refusesPortsOfOthers() {
        assertThatIllegalArgumentException().isThrownBy(() -> numbers.giveBackPort(20_100));
    }

    @Test
    void givesEachVniToOneAtATime() {
        int vni = numbers.takeVni();
        assertThat(vni).isBetween(1, (1 << 23) - 1);
        assertThat(numbers.takeVni(vni)).isFalse();
        numbers.giveBackVni(vni);
        assertThat(numbers.takeVni(vni)).isTrue();
        assertThatIllegalArgumentException().isThrownBy(() -> numbers.takeVni(0));
        assertThatIllegalArgumentException().isThrownBy(() -> numbers.takeVni(1 << 23));
    }

    @ParameterizedTest
    @CsvSource({"4000,5000", "8000,9000", "6000,6100", "80,90", "30000,40000", "20001,20000"})
    void refusesRangesThatWouldMeetOthers(int first, int last) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PortRange(first, last))
                .withMessageContaining("machines' ports are");
    }
}
