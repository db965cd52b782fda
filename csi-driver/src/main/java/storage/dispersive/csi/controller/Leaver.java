package storage.dispersive.csi.controller;

/** Who is not to have a volume any more. */
public sealed interface Leaver {

    boolean includes(NodeName node);

    /** One node. */
    record Node(NodeName node) implements Leaver {

        @Override
        public boolean includes(NodeName other) {
            return node.equals(other);
        }
    }

    /** All that have it. */
    record Everybody() implements Leaver {

        @Override
        public boolean includes(NodeName other) {
            return true;
        }
    }
}
