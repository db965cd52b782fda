package storage.dispersive.vnet.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.vnet.machine.MachineSpec.End;
import storage.dispersive.vnet.netlink.CabledHosts;
import storage.dispersive.vnet.netlink.NetworkLinks;

/** Many machines, one after the other: the kernel must be left as it was. */
class MachineLivesTest {

    private static final int ROUNDS = Integer.getInteger("vnet.rounds", 20);
    private static final int MACHINES = 12;
    private static final int MTU = 1430;

    /** What the allocator may keep for itself; a leak in one of five machines is more. */
    private static final int SLACK = ROUNDS * MACHINES / 5;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @RegisterExtension final CabledHosts hosts = new CabledHosts();

    @Test
    void leaveNothingBehind() throws Exception {
        long before = KernelNamespaces.count();
        try (NetworkLinks left = hosts.left().call(NetworkLinks::open)) {
            for (int round = 0; round < ROUNDS; round++) {
                spawnAndLeave(left, round);
            }
            assertThat(left.all()).extracting("name").containsExactlyInAnyOrder("lo", "cable");
        }
        awaitNamespaces(before + SLACK);
    }

    /** Some are ended, some are let go of while a socket of them is open. */
    private static void spawnAndLeave(NetworkLinks host, int round) throws IOException {
        List<Descriptor> sockets = new ArrayList<>();
        for (int i = 0; i < MACHINES; i++) {
            MachineSpec spec =
                    new MachineSpec(
                            1 + round * MACHINES + i,
                            End.STORAGE,
                            new InetSocketAddress("198.18.0.1", 7001 + round * MACHINES + i),
                            new InetSocketAddress("198.18.0.2", 7001 + i),
                            MTU);
            NetworkMachine machine = NetworkMachine.spawn(host, spec);
            sockets.add(machine.listen());
            if (i % 2 == 0) {
                machine.end();
            } else {
                machine.close();
            }
        }
        sockets.forEach(Descriptor::close);
    }

    /** Namespaces end some time after the last that held them. */
    private static void awaitNamespaces(long most) throws Exception {
        Instant end = Instant.now().plus(PATIENCE);
        while (KernelNamespaces.count() > most) {
            assertThat(Instant.now()).as("namespaces are left").isBefore(end);
            Thread.sleep(20);
        }
    }
}
