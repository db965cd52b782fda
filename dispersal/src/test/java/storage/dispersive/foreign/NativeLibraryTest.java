package storage.dispersive.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NativeLibraryTest {

    /** The C library is on every Linux that runs the JDK's glibc builds. */
    private static final String PRESENT = "libc.so.6";

    private static final FunctionDescriptor INT_TO_INT =
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);

    @Test
    void functionsOfALibraryThatIsThereCanBeCalled() throws Throwable {
        NativeLibrary library = NativeLibrary.find(NativePreference.AUTO, PRESENT, "abs");
        assertThat(library.isPresent()).isTrue();
        MethodHandle abs = library.link("abs", INT_TO_INT);
        assertThat((int) abs.invokeExact(-5)).isEqualTo(5);
    }

    @Test
    void anAbsentLibraryGivesHandlesThatSayWhatIsMissing() {
        NativeLibrary library = NativeLibrary.find(NativePreference.AUTO, "libabsent.so.9", "abs");
        assertThat(library.isPresent()).isFalse();
        MethodHandle abs = library.link("abs", INT_TO_INT);
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> {
                    int ignored = (int) abs.invokeExact(-5);
                })
                .withMessageContaining("abs needs libabsent.so.9");
    }

    @Test
    void aLibraryThatLacksAFunctionCountsAsAbsent() {
        assertThat(
                        NativeLibrary.find(NativePreference.AUTO, PRESENT, "abs", "no_such_call")
                                .isPresent())
                .isFalse();
    }

    @Test
    void aForbiddenLibraryCountsAsAbsent() {
        assertThat(NativeLibrary.find(NativePreference.PORTABLE, PRESENT, "abs").isPresent())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        ", AUTO",
        "'', AUTO",
        "auto, AUTO",
        "' Portable ', PORTABLE",
        "PORTABLE, PORTABLE",
        "rubbish, AUTO"
    })
    void thePreferenceIsAWord(@Nullable String text, NativePreference expected) {
        assertThat(NativePreference.parse(text)).isEqualTo(expected);
    }
}
