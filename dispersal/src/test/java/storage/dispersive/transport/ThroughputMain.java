package storage.dispersive.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import storage.dispersive.portion.Epoch;
import storage.dispersive.portion.PortionKey;
import storage.dispersive.wire.Messages;
import storage.dispersive.wire.PodConnector.SessionKind;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodRequest;
import storage.dispersive.wire.PodSession;

/**
 * Measures one connection over loopback between two loops of this process: appends of 256 KiB in
 * MB/s, and reads of one unit at depth 32 in requests a second, with TLS and without.
 */
public final class ThroughputMain {

    private static final int PORTION_BYTES = 256 << 10;
    private static final int DEPTH = 32;
    private static final int ROUNDS = 3;

    private ThroughputMain() {}

    public static void main(String[] args) throws Exception {
        try (Network network = new Network()) {
            FakeStoreless store = new FakeStoreless();
            System.out.println("TLS " + TlsIdentity.backend() + ", " + network.podLoop.backend());
            Handshake tls = new TlsHandshake(network.podIdentity(Network.POD));
            for (int round = 0; round < ROUNDS; round++) {
                measure(network, "TLS", tls, TlsHandshake::new, store);
                measure(network, "plain", new PlainHandshake(), _ -> new PlainHandshake(), store);
            }
        }
        System.exit(0); // loops are daemons, this is for whatever else is not
    }

    private static void measure(
            Network network,
            String name,
            Handshake pod,
            Function<TlsIdentity, Handshake> engine,
            RequestHandler store)
            throws InterruptedException {
        Network.Listening listening = network.listen(pod, ServerLimits.DEFAULT, store);
        SharedDialer dialer = network.dialer(network.volumeIdentity(), listening.as(Network.POD));
        TlsPodConnector connector =
                new TlsPodConnector(
                        network.engineLoop, Network.VOLUME, ClientLimits.DEFAULT, dialer, engine);
        Engine session = Engine.open(network, connector, SessionKind.WRITE);
        session.session();
        int appends = 8_000;
        Load load = new Load(network, session.session());
        Figures write = load.run(appends, DEPTH, ThroughputMain::append);
        System.out.printf(
                "%-5s append 256 KiB  %7.0f MB/s  %5.2f CPU s/GB (both ends)%n",
                name,
                appends * (double) PORTION_BYTES / 1e6 / write.seconds,
                write.cpuSeconds / (appends * (double) PORTION_BYTES / 1e9));
        int reads = 400_000;
        Figures read = load.run(reads, DEPTH, ThroughputMain::read);
        System.out.printf(
                "%-5s read 4 KiB d32  %7.0f /s    %5.1f us CPU each (both ends)%n",
                name, reads / read.seconds, read.cpuSeconds * 1e6 / reads);
        session.close();
    }

    private static PodRequest append() {
        ByteBuf portion = PooledByteBufAllocator.DEFAULT.directBuffer(PORTION_BYTES);
        portion.writerIndex(PORTION_BYTES);
        return new PodRequest.Append(Network.VOLUME, Messages.INCARNATION, portion);
    }

    private static PodRequest read() {
        PortionKey key = new PortionKey(new Epoch(1, 1), 1, 0, 0);
        return new PodRequest.ReadUnits(
                Network.VOLUME, Messages.INCARNATION, Messages.EPOCH, key, 0, 1);
    }

    private record Figures(double seconds, double cpuSeconds) {}

    private interface Requests {
        PodRequest next();
    }

    private static final class Load implements PodSession.ReplyListener {
        private final Network network;
        private final PodSession session;
        private Requests requests = ThroughputMain::read;
        private CountDownLatch done = new CountDownLatch(0);
        private int left;
        private int open;

        Load(Network network, PodSession session) {
            this.network = network;
            this.session = session;
        }

        Figures run(int count, int depth, Requests what) throws InterruptedException {
            double cpu = cpuSeconds();
            long start = System.nanoTime();
            CountDownLatch latch = new CountDownLatch(1);
            network.engineLoop.execute(() -> {
                requests = what;
                done = latch;
                left = count;
                open = 0;
                for (int i = 0; i < depth; i++) {
                    next();
                }
            });
            latch.await();
            return new Figures((System.nanoTime() - start) / 1e9, cpuSeconds() - cpu);
        }

        private void next() {
            if (left > 0) {
                left--;
                open++;
                session.send(requests.next(), this);
            }
        }

        @Override
        public void answered(PodReply reply) {
            open--;
            next();
            if (open == 0) {
                done.countDown();
            }
        }

        @Override
        public void lost() {
            System.out.println("lost");
            done.countDown();
        }

        private static double cpuSeconds() {
            var system =
                    (com.sun.management.OperatingSystemMXBean)
                            ManagementFactory.getOperatingSystemMXBean();
            return system.getProcessCpuTime() / 1e9;
        }
    }

    /** Drops what is appended and answers reads with whatever the memory holds. */
    private static final class FakeStoreless implements RequestHandler {
        private final ByteBuf unit = PooledByteBufAllocator.DEFAULT.directBuffer(4112);

        FakeStoreless() {
            unit.writerIndex(4112);
        }

        @Override
        public void handle(PodRequest request, java.util.function.Consumer<PodReply> answer) {
            if (request instanceof PodRequest.Append append) {
                append.portion().release();
                answer.accept(new PodReply.Appended());
            } else {
                answer.accept(new PodReply.Units(unit.retainedDuplicate()));
            }
        }
    }
}
