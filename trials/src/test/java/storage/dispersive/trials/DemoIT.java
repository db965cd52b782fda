package storage.dispersive.trials;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The first thing that a newcomer runs. */
class DemoIT {

    @Test
    void theDemonstrationPasses() throws Exception {
        try (TriedSan san = TriedSan.create()) {
            TriedSan.Done demo = san.run("demo");
            assertThat(demo.output().strip()).endsWith("PASS");
            assertThat(demo.status()).isZero();
        }
    }
}
