package storage.dispersive.engine.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import storage.dispersive.linux.keeper.DescriptorName;

/** Who serves when the process that served has ended. */
class ClaimTest {

    private static final String DESCRIPTION =
            """
            {"volumeId": "00000000-0000-0001-0000-000000000002", "sizeBytes": 4096, "data": 1,
             "redundancy": 1, "key": "Dispersed", "isolation": "Shared", "generation": 1,
             "portions": [
             {"index": 0, "pod": "a.b", "host": "127.0.0.1", "administrationPort": 1,
              "incarnation": "0000000000000001", "admittedFromSeq": 1},
             {"index": 1, "pod": "c.b", "host": "127.0.0.1", "administrationPort": 1,
              "incarnation": "0000000000000002", "admittedFromSeq": 1}]}
            """;

    @TempDir Path directory;

    private PodOrder pods;
    private long nanos;

    @BeforeEach
    void twoPodsCome() throws IOException {
        pods = new PodOrder(directory);
        pods.arrive("old");
        pods.arrive("new");
        new Attachments(directory).write(new Attachment(DESCRIPTION, "disk", 4096, 0, 0));
    }

    private Claim claim(String pod) {
        HostSettings settings =
                HostSettings.parse(
                        "socket=/a", "state=" + directory, "keeper=/absent", "pod=" + pod);
        Keepers keepers = new Keepers(directory.resolve("absent"), Optional.empty());
        return new Claim(settings, pods, keepers, () -> nanos);
    }

    private static Set<DescriptorName> nothing() {
        return Set.of();
    }

    private void pass(long seconds) {
        nanos += TimeUnit.SECONDS.toNanos(seconds);
    }

    @Test
    void theFirstServesAndWhoServedLastServesAgainWhateverIsLacking() throws IOException {
        assertThat(claim("old").mayServe(nothing())).isTrue();
        pods.hold("old");
        assertThat(claim("old").mayServe(nothing())).isTrue();
    }

    @Test
    void aNewerPodServesIfItHasAllThatIsNeeded() throws IOException {
        pods.hold("old");
        assertThat(claim("new").mayServe(Set.of(new DescriptorName("disk")))).isTrue();
    }

    @Test
    void aNewerPodThatLacksADescriptorGivesTheOldOneTimeToComeBack() throws IOException {
        pods.hold("old");
        Claim claim = claim("new");
        assertThat(claim.mayServe(nothing())).isFalse();
        pass(Claim.COME_BACK_SECONDS);
        assertThat(claim.mayServe(nothing())).isFalse();
        claim.isServed();
        pass(10);
        assertThat(claim.mayServe(nothing())).isFalse();
        pass(Claim.COME_BACK_SECONDS + 1);
        assertThat(claim.mayServe(nothing())).isTrue();
    }

    @Test
    void anOlderPodGivesTheNewerOneTimeThoughItHasAll() throws IOException {
        pods.hold("new");
        Claim claim = claim("old");
        Set<DescriptorName> all = Set.of(new DescriptorName("disk"));
        assertThat(claim.mayServe(all)).isFalse();
        pass(Claim.COME_BACK_SECONDS + 1);
        assertThat(claim.mayServe(all)).isTrue();
    }
}
