package storage.dispersive.csi.volume;

/** Who may use a volume at a time. Of CSI's modes those that can be kept. */
public enum AccessMode {
    /** Many on one node, all of which may write (ReadWriteOnce of older orchestrators). */
    SINGLE_NODE_WRITER,
    /** Many on one node, none of which writes. */
    SINGLE_NODE_READER_ONLY,
    /** Many on many nodes, none of which writes (ReadOnlyMany). */
    MULTI_NODE_READER_ONLY,
    /** One target on one node (ReadWriteOncePod). */
    SINGLE_NODE_SINGLE_WRITER,
    /** Many on one node, all of which may write (ReadWriteOnce). */
    SINGLE_NODE_MULTI_WRITER;

    /** Whether those who use it so may write. */
    public boolean writes() {
        return switch (this) {
            case SINGLE_NODE_WRITER, SINGLE_NODE_SINGLE_WRITER, SINGLE_NODE_MULTI_WRITER -> true;
            case SINGLE_NODE_READER_ONLY, MULTI_NODE_READER_ONLY -> false;
        };
    }

    /** Whether more than one target on a node may use it at a time. */
    public boolean sharesNode() {
        return this != SINGLE_NODE_SINGLE_WRITER;
    }

    /** Whether more than one node may use it at a time. */
    public boolean spansNodes() {
        return this == MULTI_NODE_READER_ONLY;
    }
}
