package storage.dispersive.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Holds the size rules for every source of every module, without exceptions. */
class SourceTest {

    private static List<JavaSource> sources = List.of();

    @BeforeAll
    static void readTheHouse() throws IOException {
        sources = House.ofThisBuild().sources();
    }

    @Test
    void theSourcesOfOtherModulesAreSeen() {
        assertThat(sources)
                .extracting(JavaSource::module)
                .contains("dispersal", "volume", "storage-pod", "house-rules");
    }

    @Test
    void noFileIsLongerThan500Lines() {
        assertThat(sources.stream().flatMap(s -> SizeRules.longFiles(s).stream())).isEmpty();
    }

    @Test
    void everyMethodIsShorterThan70Lines() throws IOException {
        List<String> broken = new ArrayList<>();
        for (JavaSource source : sources) {
            broken.addAll(SizeRules.longMethods(source));
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void noLineIsWiderThan100Columns() {
        assertThat(sources.stream().flatMap(s -> SizeRules.longLines(s).stream())).isEmpty();
    }

    @Test
    void noFileHasANameThatSaysNothing() {
        assertThat(sources.stream().flatMap(s -> SizeRules.emptyNames(s).stream())).isEmpty();
    }

    @Test
    void everyPackageIsNullMarked() {
        assertThat(SizeRules.packagesWithoutNullMarked(sources)).isEmpty();
    }
}
