package storage.dispersive.erasure;

import java.lang.foreign.MemorySegment;

/** A matrix made ready to be multiplied with portions. Immutable, safe for all threads. */
sealed interface LinearCombination permits IsaLCombination, PortableCombination {

    /**
     * Writes {@code range} of each output: the sum over the inputs of coefficient times input. An
     * input that ends before the range does counts as zeros from there; an output must not. There
     * is an input for each column and an output for each row, and no output overlaps an input.
     */
    void apply(MemorySegment[] inputs, MemorySegment[] outputs, ByteRange range);
}
