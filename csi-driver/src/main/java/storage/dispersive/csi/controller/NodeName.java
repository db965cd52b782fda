package storage.dispersive.csi.controller;

/**
 * What the cluster calls a node.
 *
 * @param text not empty
 */
public record NodeName(String text) implements Comparable<NodeName> {

    public NodeName {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("a node without a name");
        }
    }

    @Override
    public int compareTo(NodeName other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
