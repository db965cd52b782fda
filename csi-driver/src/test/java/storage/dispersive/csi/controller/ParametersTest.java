package storage.dispersive.csi.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParametersTest {

    @Test
    void nothingGivenIsWhatTheResourceSays() throws BadParameterException {
        assertThat(Parameters.read(Map.of())).isEqualTo(Layout.DEFAULT);
    }

    @Test
    void everyParameterIsHeeded() throws BadParameterException {
        Map<String, String> given =
                Map.of(
                        "data", "6",
                        "redundancy", "3",
                        "isolation", "Shared",
                        "storageClassName", "fast",
                        "overhead", "50%",
                        "topologyKey", "topology.kubernetes.io/zone",
                        "whenUnsatisfiable", "ScheduleAnyway",
                        "portionsPerDomain", "9",
                        "key", "Secret",
                        "keySecret", "photos-key");
        assertThat(Parameters.read(given))
                .isEqualTo(
                        new Layout(
                                new Layout.Geometry(6, 3),
                                new Layout.OwnPods(
                                        new Layout.Claims(Optional.of("fast"), 50),
                                        new Layout.Placement(
                                                "topology.kubernetes.io/zone",
                                                Layout.WhenUnsatisfiable.SCHEDULE_ANYWAY,
                                                9)),
                                Layout.Isolation.SHARED,
                                new Layout.Key.InSecret("photos-key")));
        assertThat(Parameters.read(Map.of("pool", "shared")).home())
                .isEqualTo(new Layout.InPool("shared"));
    }

    @ParameterizedTest
    @CsvSource({
        "data, 0",
        "data, 32",
        "data, -1",
        "data, four",
        "data, 99999999999999999999",
        "data, 31",
        "redundancy, 0",
        "redundancy, ''",
        "isolation, isolated",
        "overhead, 9%",
        "overhead, 401%",
        "overhead, 25",
        "topologyKey, -zone",
        "whenUnsatisfiable, Never",
        "portionsPerDomain, 3",
        "portionsPerDomain, 0",
        "storageClassName, Fast",
        "storageClassName, ''",
        "pool, ''",
        "pool, ../secrets",
        "key, Secret",
        "keySecret, mine",
        "key, None",
        "dta, 4",
        "'', 4"
    })
    void whatCannotBeIsRefused(String name, String value) {
        assertThatThrownBy(() -> Parameters.read(Map.of(name, value)))
                .isInstanceOf(BadParameterException.class)
                .hasMessageStartingWith("parameter ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "storageClassName",
                "overhead",
                "topologyKey",
                "whenUnsatisfiable",
                "portionsPerDomain"
            })
    void whatIsThePoolsIsNotGivenBesideIt(String name) {
        assertThatThrownBy(() -> Parameters.read(Map.of("pool", "shared", name, "1")))
                .hasMessageContaining("the pool's");
    }

    @Test
    void anUnknownNameCannotForgeALogLine() {
        assertThatThrownBy(() -> Parameters.read(Map.of("a\nb", "1"))).hasMessageContaining("a?b");
    }

    @ParameterizedTest
    @CsvSource({"65536, 65536", "64Ki, 65536", "100Mi, 104857600", "1Gi, 1073741824"})
    void aRateIsReadWithItsUnit(String text, long bytes) throws BadParameterException {
        assertThat(LimitParameters.read(Map.of("readBytesPerSecond", text), Limits.NONE))
                .isEqualTo(
                        new Limits(
                                Limits.NONE.writing(),
                                new Limits.Reading(new Limits.Rate.BytesPerSecond(bytes))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0", "65535", "-1", "1.5Mi", "1M", "", "none", "999999999999999Gi", "1 Mi"})
    void aRateThatCannotBeIsRefused(String text) {
        assertThatThrownBy(() ->
                        LimitParameters.read(Map.of("writeBytesPerSecond", text), Limits.NONE))
                .isInstanceOf(BadParameterException.class);
    }
}
