package storage.dispersive.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Shows that each size rule finds what it forbids, and no less. */
class SizeRulesTest {

    private static final String PLACE = "volume/src/main/java/storage/dispersive/disk/";

    @Test
    void aFileOf501LinesIsFoundAndOneOf500IsNot() {
        assertThat(SizeRules.longFiles(source("Disk", "\n".repeat(501)))).hasSize(1);
        assertThat(SizeRules.longFiles(source("Disk", "\n".repeat(500)))).isEmpty();
    }

    @Test
    void aMethodOf70LinesIsFoundAndOneOf69IsNot() throws IOException {
        assertThat(SizeRules.longMethods(source("Disk", methodOf(70))))
                .containsExactly(PLACE + "Disk.java:2: write takes 70 lines");
        assertThat(SizeRules.longMethods(source("Disk", methodOf(69)))).isEmpty();
    }

    @Test
    void aLongMethodOfANestedTypeIsFound() throws IOException {
        String nested = "class Outer {\n" + methodOf(80) + "}\n";
        assertThat(SizeRules.longMethods(source("Outer", nested))).hasSize(1);
    }

    @Test
    void aLineOf101ColumnsIsFoundAndOneOf100IsNot() {
        assertThat(SizeRules.longLines(source("Disk", "\n" + "x".repeat(101) + "\n")))
                .containsExactly(PLACE + "Disk.java:2: 101 columns");
        assertThat(SizeRules.longLines(source("Disk", "x".repeat(100)))).isEmpty();
        assertThat(SizeRules.longLines(source("Disk", "import " + "x".repeat(101)))).isEmpty();
    }

    @Test
    void namesThatSayNothingAreFound() {
        for (String name : List.of("DiskUtils", "DiskHelper", "DiskManager", "DiskConstants")) {
            assertThat(SizeRules.emptyNames(source(name, ""))).as(name).hasSize(1);
        }
        assertThat(SizeRules.emptyNames(source("DiskManagerless", ""))).isEmpty();
    }

    @Test
    void aPackageWithoutNullMarkedIsFound() {
        JavaSource disk = source("Disk", "class Disk {}");
        JavaSource marked = source("package-info", "@NullMarked\npackage storage;\n");
        JavaSource unmarked = source("package-info", "package storage;\n");
        assertThat(SizeRules.packagesWithoutNullMarked(List.of(disk))).hasSize(1);
        assertThat(SizeRules.packagesWithoutNullMarked(List.of(disk, unmarked))).hasSize(1);
        assertThat(SizeRules.packagesWithoutNullMarked(List.of(disk, marked))).isEmpty();
    }

    private static JavaSource source(String name, String text) {
        return new JavaSource(PLACE + name + ".java", text);
    }

    private static String methodOf(int lines) {
        return "class Disk {\nvoid write() {\n" + "\n".repeat(lines - 2) + "}\n}\n";
    }
}
