package storage.dispersive.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A network namespace (network_namespaces(7)), kept alive by a descriptor. It ends when nobody
 * holds a descriptor of it, no thread is in it and no socket belongs to it.
 *
 * <p>Thread contract: any thread. Work inside of a namespace is done by platform threads that are
 * made for it and end with it, so that no thread of a pool is ever left in a wrong one.
 */
public final class NetworkNamespace implements AutoCloseable {

    private static final int CLONE_NEWNET = 0x40000000;

    /** linux/sockios.h: the namespace of a socket, as a descriptor. Needs CAP_NET_ADMIN. */
    private static final int SIOCGSKNS = 0x894C;

    /** linux/nsfs.h: which kind of namespace a descriptor is of. */
    private static final int NS_GET_NSTYPE = 0xB703;

    /** Bind mounts that may lie on each other, of which only the last one is ever ours. */
    private static final int MAX_MOUNTS = 16;

    private static final String THREAD = "in-namespace";

    private static final MethodHandle UNSHARE =
            Downcall.link("unshare", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle SETNS =
            Downcall.link("setns", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));

    private final Descriptor descriptor;

    private NetworkNamespace(Descriptor descriptor) {
        this.descriptor = descriptor;
    }

    /** What is done inside of a namespace. */
    @FunctionalInterface
    public interface Work<T> {
        T run() throws IOException;
    }

    /** A new one, with nothing in it but a loopback device that is down. Needs CAP_SYS_ADMIN. */
    public static NetworkNamespace create() throws IOException {
        return PassingThread.call(
                THREAD,
                () -> {
                    leave();
                    return ofThisThread();
                });
    }

    /** The one in which the calling thread is. */
    public static NetworkNamespace ofThisThread() throws LinuxException {
        return open(Path.of("/proc/thread-self/ns/net"));
    }

    public static NetworkNamespace ofProcess(long processId) throws LinuxException {
        return open(Path.of("/proc/" + processId + "/ns/net"));
    }

    /** A namespace that has a name in the file system. */
    public static NetworkNamespace open(Path file) throws LinuxException {
        return new NetworkNamespace(Descriptor.open(file, Descriptor.O_RDONLY));
    }

    /** The one to which a socket belongs, wherever its holder is. */
    public static NetworkNamespace ofSocket(Descriptor socket) throws LinuxException {
        int result = DeviceControl.call(socket, SIOCGSKNS, 0);
        if (result < 0) {
            throw new LinuxException("ask a socket for its network namespace", -result);
        }
        return new NetworkNamespace(Descriptor.owning(result));
    }

    /**
     * Names this namespace in the file system, as {@code ip netns} does: it lives until {@link
     * #unpin}, whoever leaves it, or until the machine ends. Needs CAP_SYS_ADMIN.
     *
     * @param file made empty if it is not there; an ordinary one that a machine's end left is used
     * @throws LinuxException EEXIST if a namespace has this name
     */
    public void pin(Path file) throws IOException {
        if (isPinned(file)) {
            throw new LinuxException("pin a network namespace on " + file, Errno.EEXIST);
        }
        if (!Files.exists(file)) {
            Files.createFile(file);
        }
        MountTable.bind(Path.of("/proc/self/fd/" + descriptor.number()), file);
    }

    /** Whether a network namespace has this name; an ordinary file, or none, is no name. */
    public static boolean isPinned(Path file) throws LinuxException {
        try (Descriptor opened = Descriptor.open(file, Descriptor.O_RDONLY)) {
            return DeviceControl.call(opened, NS_GET_NSTYPE, 0) == CLONE_NEWNET;
        } catch (LinuxException e) {
            if (e.errno() == Errno.ENOENT) {
                return false;
            }
            throw e;
        }
    }

    /**
     * Takes a name away, and the file with it; nothing happens if there is none. The namespace ends
     * unless somebody else holds it. Needs CAP_SYS_ADMIN.
     */
    public static void unpin(Path file) throws IOException {
        for (int mounts = 0; mounts < MAX_MOUNTS && isPinned(file); mounts++) {
            MountTable.unmount(file, MountTable.MNT_DETACH | MountTable.UMOUNT_NOFOLLOW);
        }
        Files.deleteIfExists(file);
    }

    /**
     * Does work inside of this namespace, and waits for its end. Threads and processes that it
     * starts are inside too. An interruption is passed on to it. Needs CAP_SYS_ADMIN.
     */
    public <T> T call(Work<T> work) throws IOException {
        return PassingThread.call(
                THREAD,
                () -> {
                    enter();
                    return work.run();
                });
    }

    public Descriptor descriptor() {
        return descriptor;
    }

    /** Names the namespace while it lives: {@code net:[4026531840]}, as the kernel writes it. */
    public String name() throws IOException {
        // Not what the link says: that is the file's path where the namespace is pinned.
        Path opened = Path.of("/proc/self/fd/" + descriptor.number());
        return "net:[" + Files.getAttribute(opened, "unix:ino") + "]";
    }

    @Override
    public void close() {
        descriptor.close();
    }

    private static void leave() throws LinuxException {
        MemorySegment cell = Downcall.cell();
        int result;
        try {
            result = (int) UNSHARE.invokeExact(cell, CLONE_NEWNET);
        } catch (Throwable thrown) {
            throw Downcall.broken(thrown);
        }
        if (result != 0) {
            throw new LinuxException("unshare the network", Downcall.errno(cell));
        }
    }

    private void enter() throws LinuxException {
        MemorySegment cell = Downcall.cell();
        int result;
        try {
            result = (int) SETNS.invokeExact(cell, descriptor.number(), CLONE_NEWNET);
        } catch (Throwable thrown) {
            throw Downcall.broken(thrown);
        }
        if (result != 0) {
            throw new LinuxException("enter a network namespace", Downcall.errno(cell));
        }
    }
}
