package storage.dispersive.vnet.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import storage.dispersive.vnet.client.SidecarLink;
import storage.dispersive.vnet.netlink.CabledHosts;
import storage.dispersive.vnet.protocol.LocalMessage;

/** Processes beside the sidecar that ask for all there is; another one still gets a machine. */
class GreedyProcessTest {

    /** Whoever calls there is connected and hears nothing. */
    private static final InetSocketAddress SILENT = new InetSocketAddress("198.18.0.2", 7_411);

    private static final String NOBODY = "198.18.0.77";

    /** Sooner than requests to a silent one end. */
    private static final long AT_ONCE_MILLIS = 6_000;

    private static final String MANY_PORTS = "20000-23999";

    @RegisterExtension final CabledHosts hosts = new CabledHosts();

    @TempDir Path directory;

    @Test
    void requestsToADeadAddressLeavePortsToOthers() throws Exception {
        try (ServerSocketChannel silent = hosts.right().call(ServerSocketChannel::open);
                TwoSidecars both = new TwoSidecars(hosts, directory, "198.18.0.");
                SidecarLink pod = both.storagePod();
                SidecarLink engine = both.engine()) {
            silent.bind(SILENT);
            await().until(() -> pod.isUp() && engine.isUp());
            List<LocalCaller> greedy = new ArrayList<>();
            try {
                for (int i = 0; i < 3; i++) {
                    LocalCaller caller = LocalCaller.connect(both.nodeSocket());
                    greedy.add(caller);
                    ask(caller, TwoSidecars.PORT_COUNT, SILENT);
                    awaitRefusal(caller, "are left for others");
                }
                assertServedAtOnce(both, engine);
            } finally {
                greedy.forEach(LocalCaller::close);
            }
        }
    }

    @Test
    void requestsToAPodThatIsSlowLeaveRoomToOthers() throws Exception {
        try (TwoSidecars both = new TwoSidecars(hosts, directory, "198.18.0.", MANY_PORTS);
                SidecarLink pod = both.storagePod();
                SidecarLink engine = both.engine()) {
            await().until(() -> pod.isUp() && engine.isUp());
            List<Consumer<Optional<String>>> offers = both.pod.ponder();
            try (LocalCaller caller = LocalCaller.connect(both.nodeSocket())) {
                int most = ControlServer.MAX_UNDER_WAY / 2;
                ask(caller, most + 1, both.control());
                awaitRefusal(caller, most + " requests of the process");
                await().until(() -> offers.size() == most);
                var opening = both.begin(engine);
                await().until(() -> offers.size() == most + 1);
                offers.getLast().accept(Optional.empty());
                both.node.keep(TwoSidecars.await(opening));
            }
        }
    }

    @Test
    void aProcessIsNotHeardWhileTooMuchIsUnderWay() throws Exception {
        try (TwoSidecars both = new TwoSidecars(hosts, directory, "198.18.0.", MANY_PORTS);
                SidecarLink pod = both.storagePod();
                SidecarLink engine = both.engine()) {
            await().until(() -> pod.isUp() && engine.isUp());
            try (LocalCaller caller = LocalCaller.connect(both.nodeSocket())) {
                for (int i = 0; i <= LocalPeer.MAX_UNDER_WAY; i++) {
                    ask(caller, 1, new InetSocketAddress(NOBODY, 7_000 + i));
                }
                caller.say(new LocalMessage.Survey(99));
                assertServedAtOnce(both, engine);
                // Though what was asked first takes longer, it is answered first.
                assertThat(caller.hear().orElseThrow()).isInstanceOf(LocalMessage.Failed.class);
            }
        }
    }

    private static void ask(LocalCaller caller, int times, InetSocketAddress control)
            throws IOException {
        for (int i = 0; i < times; i++) {
            caller.say(
                    new LocalMessage.Open(
                            i,
                            TwoSidecars.lease(),
                            TwoSidecars.POD,
                            control,
                            TwoSidecars.PATH,
                            TwoSidecars.MTU));
        }
    }

    private static void awaitRefusal(LocalCaller caller, String why) throws IOException {
        assertThat(caller.hear().orElseThrow())
                .isInstanceOfSatisfying(
                        LocalMessage.Failed.class,
                        failed -> assertThat(failed.why()).contains(why));
    }

    private static void assertServedAtOnce(TwoSidecars both, SidecarLink engine) throws Exception {
        var opening = both.begin(engine);
        both.node.keep(opening.get(AT_ONCE_MILLIS, TimeUnit.MILLISECONDS));
    }
}
