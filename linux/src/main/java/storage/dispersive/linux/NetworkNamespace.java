package storage.dispersive.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

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
        return inThreadOfItsOwn(() -> {
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

    /** Does work inside of this namespace, and waits for its end. Needs CAP_SYS_ADMIN. */
    public <T> T call(Work<T> work) throws IOException {
        return inThreadOfItsOwn(() -> {
            enter();
            return work.run();
        });
    }

    public Descriptor descriptor() {
        return descriptor;
    }

    /** Names the namespace while it lives: {@code net:[4026531840]}, as the kernel writes it. */
    public String name() throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor.number())).toString();
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

    /** The thread has ended, and is in no namespace any more, when its outcome is heard. */
    private static <T> T inThreadOfItsOwn(Work<T> work) throws IOException {
        FutureTask<T> task = new FutureTask<>(work::run);
        Thread thread = Thread.ofPlatform().name("in-namespace").start(task);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                // The work is short, and its outcome owns descriptors.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (task.state() == Future.State.SUCCESS) {
            return task.resultNow();
        }
        switch (task.exceptionNow()) {
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new IllegalStateException(e);
        }
    }
}
