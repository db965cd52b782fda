package storage.dispersive.mounter;

/**
 * What the volume's record says about its file system. The record is the caller's, one for all
 * nodes, and is changed by compare-and-set, durably <em>before</em> the step that it allows:
 *
 * <pre>
 *   NEVER --format: blank--&gt; answer RecordBegun, nothing written --record--&gt; BEGUN
 *   BEGUN --format: made---&gt; answer Formatted                    --record--&gt; DONE
 *   DONE  --mount---------&gt; the file system may hold data from here on
 * </pre>
 *
 * <p>So whatever is found while the record says BEGUN was made by an attempt that nobody has ever
 * mounted, and may be made again; whatever is found under NEVER came from somewhere else and is not
 * touched; under DONE nothing is formatted, whatever it looks like. A record that went backwards (a
 * stale copy) is not enough to lose data either: a file system that was ever mounted shows it, and
 * is left alone.
 */
public enum FormatState {
    NEVER,
    BEGUN,
    DONE
}
