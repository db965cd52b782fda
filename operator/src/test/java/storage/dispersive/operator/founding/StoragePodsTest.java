package storage.dispersive.operator.founding;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import storage.dispersive.identity.CertificateAuthority;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.transport.SlotEndpoint;
import storage.dispersive.transport.TlsIdentity;
import storage.dispersive.wire.PodName;
import storage.dispersive.wire.PodReply.Description;
import storage.dispersive.wire.PodRequest;

class StoragePodsTest {

    private static final VolumeId VOLUME = new VolumeId(1, 2);
    private static final long PATIENCE_MILLIS = 20_000;

    @TempDir private Path directory;
    private RealPods pods;

    @BeforeEach
    void start() throws Exception {
        pods = RealPods.start(2, directory);
    }

    @AfterEach
    void stop() {
        pods.close();
    }

    @Test
    void theIdentityIsAskedForAnewAsCertificatesChange() {
        var strangers = CertificateAuthority.create("other", Duration.ofDays(1), Clock.systemUTC());
        AtomicReference<TlsIdentity> identity = new AtomicReference<>(Identities.admin(strangers));
        try (StoragePods line = StoragePods.start(identity::get, this::place, PATIENCE_MILLIS)) {
            assertThat(describe(line)).isInstanceOf(PodAnswer.Silent.class);
            identity.set(Identities.admin(pods.authority()));
            assertThat(describe(line)).isInstanceOf(PodAnswer.Replied.class);
        }
    }

    @Test
    void manyThreadsAskAtOnce() throws Exception {
        List<Callable<PodAnswer>> questions = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            questions.add(() -> describe(pods.line()));
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<PodAnswer> answer : threads.invokeAll(questions)) {
                assertThat(answer.get())
                        .isInstanceOfSatisfying(
                                PodAnswer.Replied.class,
                                replied ->
                                        assertThat(replied.reply())
                                                .isInstanceOf(Description.class));
            }
        }
    }

    @Test
    void whoListensAndSaysNothingIsNotWaitedForLong() throws IOException {
        var admin = Identities.admin(pods.authority());
        try (ServerSocket mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                StoragePods line =
                        StoragePods.start(
                                () -> admin,
                                pod ->
                                        Optional.of(
                                                new SlotEndpoint(
                                                        "127.0.0.1", mute.getLocalPort(), pod)),
                                200)) {
            assertThat(describe(line)).isEqualTo(new PodAnswer.Silent("it does not answer"));
        }
    }

    private PodAnswer describe(StoragePods line) {
        PodName pod = pods.names().getFirst();
        return line.ask(Map.of(pod, new PodRequest.Describe(VOLUME))).values().iterator().next();
    }

    private Optional<SlotEndpoint> place(PodName pod) {
        return Optional.of(pods.pod(0).placeOf(pod));
    }
}
