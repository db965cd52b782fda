package storage.dispersive.operator.pods;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Quantity;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import storage.dispersive.api.v1alpha1.Dispersal;

class ClaimSizeTest {

    @ParameterizedTest(name = "{0} as {1}+{2} with {3}: {4}")
    @CsvSource({
        "100Gi, 4, 2, 25%, 32256Mi", // 25 GiB, a quarter more, and 256 MiB
        "100Gi, 1, 1, 10%, 112896Mi",
        "1Gi, 4, 2, 400%, 1536Mi",
        "1Mi, 31, 1, 10%, 257Mi",
        "1.5Gi, 2, 1, 25%, 1216Mi",
        "64Ti, 1, 31, 400%, 335544576Mi"
    })
    void aPodClaimsItsPortionMoreByTheOverheadAndWhatAStoreNeeds(
            Quantity size, int data, int redundancy, String overhead, String claim) {
        assertThat(ClaimSize.of(size, new Dispersal(data, redundancy), overhead).quantity())
                .isEqualTo(new Quantity(claim));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "10G, 9537Mi",
        "256Mi, 256Mi",
        "1073741825, 1025Mi",
        "1e9, 954Mi",
        "1048576.5, 2Mi",
        "1500000000m, 2Mi",
        "64Ti, 67108864Mi"
    })
    void whatWasAskedForIsRoundedUp(Quantity size, String claim) {
        assertThat(ClaimSize.of(size).quantity()).isEqualTo(new Quantity(claim));
    }
}
