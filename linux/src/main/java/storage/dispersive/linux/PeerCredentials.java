package storage.dispersive.linux;

/**
 * Who connected, as the kernel saw it at connect (SO_PEERCRED, unix(7)). The process number is 0
 * when the peer is in another pid namespace.
 */
public record PeerCredentials(int processId, UserId user) {

    /** Whether the peer has this process's user, or is root. */
    public boolean isSameUserOrRoot() {
        return user.isRoot() || user.equals(UserId.effective());
    }
}
