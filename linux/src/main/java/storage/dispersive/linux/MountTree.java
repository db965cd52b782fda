package storage.dispersive.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A bind mount that is nowhere yet: open_tree(2), mount_setattr(2), move_mount(2). It appears with
 * all its attributes at once, so that nobody sees it writable who is to see it read-only, and a
 * crash leaves none. Needs Linux 5.12. Thread contract: one thread at a time.
 */
public final class MountTree implements AutoCloseable {

    /** What may be done through the mount. */
    public enum Access {
        READ_ONLY,
        READ_WRITE
    }

    private static final long OPEN_TREE_CLONE = 1;
    private static final long OPEN_TREE_CLOEXEC = 0x80000;
    private static final long AT_EMPTY_PATH = 0x1000;
    private static final long MOVE_BETWEEN_DESCRIPTORS = 0x04 | 0x40;

    /** struct mount_attr: set, clear, propagation, user namespace. */
    private static final int ATTRIBUTES_BYTES = 32;

    private static final long MOUNT_ATTR_RDONLY = 1;

    private final Descriptor tree;

    private MountTree(Descriptor tree) {
        this.tree = tree;
    }

    /**
     * Shows what the descriptor names, without what is mounted below it.
     *
     * @param file of a directory or another file, {@link Descriptor#O_PATH} will do
     */
    public static MountTree of(Descriptor file) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            long result =
                    SystemCall.call(
                            SystemCall.OPEN_TREE,
                            file.number(),
                            arena.allocateFrom("").address(),
                            OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);
            if (result < 0) {
                throw new LinuxException("bind", (int) -result);
            }
            return new MountTree(Descriptor.owning((int) result));
        }
    }

    /** Narrows what may be done; never widens it. */
    public void restrict(Access access) throws LinuxException {
        if (access == Access.READ_WRITE) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(ATTRIBUTES_BYTES, Long.BYTES);
            attributes.set(JAVA_LONG, 0, MOUNT_ATTR_RDONLY);
            long result =
                    SystemCall.call(
                            SystemCall.MOUNT_SETATTR,
                            tree.number(),
                            arena.allocateFrom("").address(),
                            AT_EMPTY_PATH,
                            attributes.address(),
                            ATTRIBUTES_BYTES);
            if (result < 0) {
                throw new LinuxException(
                        "make a mount read-only", (int) -result, "this needs Linux 5.12");
            }
        }
    }

    /** Mounts it on what the descriptor names: a directory on a directory, a file on a file. */
    public void attach(Descriptor target) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            long empty = arena.allocateFrom("").address();
            long result =
                    SystemCall.call(
                            SystemCall.MOVE_MOUNT,
                            tree.number(),
                            empty,
                            target.number(),
                            empty,
                            MOVE_BETWEEN_DESCRIPTORS);
            if (result < 0) {
                throw new LinuxException("attach a mount", (int) -result);
            }
        }
    }

    /** What was not attached is gone. */
    @Override
    public void close() {
        tree.close();
    }
}
