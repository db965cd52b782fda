package storage.dispersive.vnet.sidecar;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import storage.dispersive.vnet.client.SidecarLink;
import storage.dispersive.vnet.netlink.CabledHosts;

/** Two sidecars for each test, with an honest pod and an honest engine beside them. */
abstract class ServedTwoSidecars {

    @RegisterExtension final CabledHosts hosts = new CabledHosts();

    @TempDir Path directory;

    TwoSidecars both;
    SidecarLink pod;
    SidecarLink engine;

    @BeforeEach
    void start() throws IOException {
        both = new TwoSidecars(hosts, directory, "198.18.0.");
        pod = both.storagePod();
        engine = both.engine();
        await().until(() -> pod.isUp() && engine.isUp());
    }

    @AfterEach
    void end() throws IOException {
        engine.close();
        pod.close();
        both.close();
    }
}
