package storage.dispersive.csi.controller;

import java.util.Optional;
import storage.dispersive.csi.volume.AccessMode;
import storage.dispersive.csi.volume.Refusal;

/** On how many nodes engines can serve one volume at a time. */
public enum Sharing {
    /** On one: an engine fences all others, readers too. */
    ONE_NODE,
    /** Readers on several. */
    SEVERAL_READERS;

    /** Why a volume cannot be used so, if it cannot. */
    public Optional<Refusal> hinders(AccessMode mode) {
        return this == ONE_NODE && mode.spansNodes()
                ? Optional.of(
                        new Refusal.Wrong(
                                "a volume cannot be read on several nodes at a time; ask for"
                                        + " ReadWriteOnce and let pods mount it readOnly"))
                : Optional.empty();
    }
}
