package storage.dispersive.cli.san;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import storage.dispersive.cli.state.NetworkRecord;
import storage.dispersive.cli.state.SanException;
import storage.dispersive.cli.state.Underlay;
import storage.dispersive.engine.Isolation;

class NetworkWishTest {

    private static final String NONE = "";
    private static final String RIGHTS = "root, CAP_NET_ADMIN";
    private static final NetworkRecord ISOLATED =
            new NetworkRecord(Isolation.ISOLATED, Underlay.IPV4, 1);

    private final List<String> told = new ArrayList<>();

    @Test
    void whoWishesNothingGetsHostsWhereTheyCanBeMade() {
        assertThat(NetworkWish.NONE.forNewSan(NONE, told::add)).isEqualTo(ISOLATED);
        assertThat(told).isEmpty();
    }

    @Test
    void whoWishesNothingIsToldWhyThereAreNoHosts() {
        assertThat(NetworkWish.NONE.forNewSan(RIGHTS, told::add)).isEqualTo(NetworkRecord.LOOPBACK);
        assertThat(told).singleElement().asString().contains("isolation: Shared, since", RIGHTS);
    }

    @Test
    void isolationThatWasAskedForIsNeverGivenUp() {
        for (NetworkWish wish :
                List.of(
                        wish(Isolation.ISOLATED, null, null),
                        wish(null, Underlay.IPV6, null),
                        wish(Isolation.SHARED, Underlay.IPV4, null),
                        wish(null, null, 2))) {
            assertThatExceptionOfType(SanException.class)
                    .isThrownBy(() -> wish.forNewSan(RIGHTS, told::add))
                    .withMessageContaining(RIGHTS)
                    .satisfies(e -> assertThat(e.kind()).isEqualTo(SanException.Kind.FAILED));
        }
        assertThat(told).isEmpty();
    }

    @Test
    void underlayAndPathsAreAsWished() {
        assertThat(wish(null, Underlay.IPV6, 3).forNewSan(NONE, told::add))
                .isEqualTo(new NetworkRecord(Isolation.ISOLATED, Underlay.IPV6, 3));
        assertThat(wish(Isolation.SHARED, null, null).forNewSan(NONE, told::add))
                .isEqualTo(new NetworkRecord(Isolation.SHARED, Underlay.IPV4, 1));
        assertThat(wish(Isolation.SHARED, null, null).forNewSan(RIGHTS, told::add))
                .isEqualTo(NetworkRecord.LOOPBACK);
        assertThat(wish(null, Underlay.LOOPBACK, null).forNewSan(NONE, told::add))
                .isEqualTo(NetworkRecord.LOOPBACK);
        assertThat(told).isEmpty();
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        isRefused(() -> wish(Isolation.ISOLATED, Underlay.LOOPBACK, null));
        isRefused(() -> wish(null, Underlay.LOOPBACK, 1));
        isRefused(() -> wish(Isolation.SHARED, null, 1));
        isRefused(() -> wish(null, null, 0));
        isRefused(() -> wish(Isolation.ISOLATED, null, NetworkRecord.MAX_PATHS + 1));
    }

    private static void isRefused(Runnable wish) {
        assertThatExceptionOfType(SanException.class)
                .isThrownBy(wish::run)
                .satisfies(e -> assertThat(e.kind()).isEqualTo(SanException.Kind.USAGE));
    }

    @Test
    void aNetworkThatIsThereMeetsOnlyWishesForItself() {
        assertThat(NetworkWish.NONE.isMetBy(ISOLATED)).isTrue();
        assertThat(NetworkWish.NONE.isMetBy(NetworkRecord.LOOPBACK)).isTrue();
        assertThat(wish(Isolation.ISOLATED, Underlay.IPV4, 1).isMetBy(ISOLATED)).isTrue();
        assertThat(wish(Isolation.SHARED, null, null).isMetBy(ISOLATED)).isFalse();
        assertThat(wish(null, Underlay.IPV6, null).isMetBy(ISOLATED)).isFalse();
        assertThat(wish(null, null, 2).isMetBy(ISOLATED)).isFalse();
        assertThat(wish(null, Underlay.IPV4, null).isMetBy(NetworkRecord.LOOPBACK)).isFalse();
        assertThat(wish(null, null, 2).isMetBy(NetworkRecord.LOOPBACK)).isFalse();
    }

    private static NetworkWish wish(
            @Nullable Isolation isolation, @Nullable Underlay underlay, @Nullable Integer paths) {
        return new NetworkWish(
                Optional.ofNullable(isolation),
                Optional.ofNullable(underlay),
                Optional.ofNullable(paths));
    }
}
