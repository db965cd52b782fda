package storage.dispersive.cli.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import storage.dispersive.engine.Isolation;

class SanRecordTest {

    /** As the first version of this program wrote it. */
    private static final String BEFORE_NETWORKS =
            """
            {
              "format" : 1,
              "stores" : "/s",
              "segmentSizeBytes" : 67108864,
              "pods" : [ {
                "name" : "pod-0",
                "store" : "/s/pod-0",
                "port" : 20001,
                "healthPort" : 20002
              } ]
            }
            """;

    @TempDir Path directory;

    @Test
    void aRecordFromBeforeThereWasAChoiceIsOfLoopback() throws IOException {
        SanHome home = new SanHome(directory);
        Files.writeString(home.record(), BEFORE_NETWORKS);
        SanRecord record = SanRecord.of(home);
        assertThat(record.network()).isEqualTo(NetworkRecord.LOOPBACK);
        assertThat(record.pod("pod-0").address()).isEqualTo("127.0.0.1:20001");
    }

    @Test
    void whatPodsAtLoopbackCannotHaveIsNotBelieved() {
        NetworkRecord hosts = new NetworkRecord(Isolation.SHARED, Underlay.IPV4, 1);
        PodRecord pod = new PodRecord("pod-0", "/s/pod-0", PodRecord.LOOPBACK, 7400, 8080);
        assertThat(new SanRecord(SanRecord.FORMAT, "/s", 1 << 22, hosts, List.of(pod)).network())
                .isEqualTo(NetworkRecord.LOOPBACK);
    }

    @Test
    void aRecordIsReadAsItWasWritten() {
        SanHome home = new SanHome(directory);
        NetworkRecord network = new NetworkRecord(Isolation.ISOLATED, Underlay.IPV6, 2);
        PodRecord pod = new PodRecord("pod-0", "/s/pod-0", "fd73:616e:0:0:0:0:0:a", 7400, 8080);
        SanRecord record = new SanRecord(SanRecord.FORMAT, "/s", 1 << 22, network, List.of(pod));
        record.save(home);
        assertThat(SanRecord.of(home)).isEqualTo(record);
        assertThat(pod.healthAddress()).isEqualTo("[fd73:616e:0:0:0:0:0:a]:8080");
    }
}
