package storage.dispersive.csi.controller;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Who may use a volume now.
 *
 * @param generation of the last attachment; 0 if there never was one
 */
public record Holding(long generation, Holder holder) {

    public static final Holding NEVER = new Holding(0, new Nobody());

    public Holding {
        if (generation < 0 || (generation == 0 && !(holder instanceof Nobody))) {
            throw new IllegalArgumentException(generation + ": " + holder);
        }
    }

    /** Those nodes, all in the same attachment. */
    public SortedSet<NodeName> nodes() {
        TreeSet<NodeName> nodes = new TreeSet<>();
        switch (holder) {
            case Nobody() -> {}
            case OneNode(NodeName node, Grip _) -> nodes.add(node);
            case Readers(SortedSet<NodeName> readers) -> nodes.addAll(readers);
        }
        return nodes;
    }

    /** Who that is. */
    public sealed interface Holder {}

    /** It is not attached. */
    public record Nobody() implements Holder {}

    /** One node, which may write. */
    public record OneNode(NodeName node, Grip grip) implements Holder {}

    /**
     * Nodes none of which writes.
     *
     * @param readers at least one
     */
    public record Readers(SortedSet<NodeName> readers) implements Holder {

        public Readers {
            if (readers.isEmpty()) {
                throw new IllegalArgumentException("readers that are none");
            }
            readers = Collections.unmodifiableSortedSet(new TreeSet<>(readers));
        }
    }

    /** How a node holds a volume. */
    public enum Grip {
        /** It may open it, and has not. */
        ATTACHED,
        /** It has opened it, and has not said that it let go. */
        OPEN,
        /** It has opened it, and is to let go. What it opened before goes on until it did. */
        LEAVING
    }
}
