package storage.dispersive.foreign;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A shared library found by soname, or its absence. Either way handles can be linked, so that they
 * fit in {@code static final} fields, from where the compiler inlines them; those of an absent
 * library throw. Immutable, safe for all threads.
 */
final class NativeLibrary {

    private static final Logger LOG = LoggerFactory.getLogger(NativeLibrary.class);
    private static final Linker LINKER = Linker.nativeLinker();

    private final String soname;
    private final Optional<SymbolLookup> symbols;

    private NativeLibrary(String soname, Optional<SymbolLookup> symbols) {
        this.soname = soname;
        this.symbols = symbols;
    }

    /**
     * Loads {@code soname} for the life of the process. It counts as absent when it is not found,
     * lacks one of {@code functions}, or the preference is portable.
     */
    static NativeLibrary find(NativePreference preference, String soname, String... functions) {
        return switch (preference) {
            case PORTABLE -> new NativeLibrary(soname, Optional.empty());
            case AUTO -> new NativeLibrary(soname, load(soname, functions));
        };
    }

    private static Optional<SymbolLookup> load(String soname, String... functions) {
        SymbolLookup lookup;
        try {
            lookup = SymbolLookup.libraryLookup(soname, Arena.global());
        } catch (IllegalArgumentException absent) {
            LOG.debug("{} is not installed: {}", soname, absent.getMessage());
            return Optional.empty();
        }
        for (String function : functions) {
            if (lookup.find(function).isEmpty()) {
                LOG.warn("{} lacks {}, so it is not used", soname, function);
                return Optional.empty();
            }
        }
        return Optional.of(lookup);
    }

    boolean isPresent() {
        return symbols.isPresent();
    }

    /** A handle on {@code function}; if the library is absent, one that throws when invoked. */
    MethodHandle link(String function, FunctionDescriptor descriptor, Linker.Option... options) {
        if (symbols.isEmpty()) {
            return refusing(function, descriptor.toMethodType());
        }
        MemorySegment address = symbols.get().findOrThrow(function);
        return LINKER.downcallHandle(address, descriptor, options);
    }

    private MethodHandle refusing(String function, MethodType type) {
        MethodHandle thrower =
                MethodHandles.throwException(
                        type.returnType(), UnsupportedOperationException.class);
        MethodHandle bound =
                thrower.bindTo(
                        new UnsupportedOperationException(
                                function + " needs " + soname + ", which is not in use"));
        return MethodHandles.dropArguments(bound, 0, type.parameterList());
    }

    /**
     * What to throw when a handle of {@code call} threw: foreign functions throw nothing checked,
     * so all that can arrive here is an unchecked exception or an error of the machine.
     */
    static RuntimeException rethrown(String call, Throwable thrown) {
        if (thrown instanceof RuntimeException unchecked) {
            return unchecked;
        }
        if (thrown instanceof Error error) {
            throw error;
        }
        return new IllegalStateException(call + " threw", thrown);
    }
}
