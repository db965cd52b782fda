package storage.dispersive.erasure;

import storage.dispersive.foreign.IsaL;

/** Who multiplies matrices with bulk data. Stateless. */
enum Kernel {
    ISA_L,
    PORTABLE;

    static final Kernel CHOSEN = IsaL.isPresent() ? ISA_L : PORTABLE;

    LinearCombination prepare(Matrix matrix) {
        return switch (this) {
            case ISA_L -> new IsaLCombination(matrix);
            case PORTABLE -> new PortableCombination(matrix);
        };
    }

    String label() {
        return switch (this) {
            case ISA_L -> IsaL.name();
            case PORTABLE -> "portable";
        };
    }
}
