package storage.dispersive.pod.rehearsal;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeoutException;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.wire.PodReply;

/**
 * Lets a pod do all that it will do later, once, so that the JVM can write its AOT cache when the
 * pod ends. Arguments: the jar, an empty directory for the pod, then the {@code java} command with
 * its options.
 */
public final class Rehearsal {

    private static final int SIGTERM_STATUS = 143;
    private static final int APPENDS = 200;
    private static final int BLOCKS = 8;
    private static final VolumeId VOLUME = new VolumeId(1, 1);

    private Rehearsal() {}

    public static void main(String[] arguments)
            throws IOException, InterruptedException, TimeoutException {
        Path jar = Path.of(arguments[0]);
        Path directory = Files.createDirectories(Path.of(arguments[1]));
        List<String> java = List.of(arguments).subList(2, arguments.length);
        try (PodProcess pod = new PodProcess(java, jar, directory)) {
            pod.start();
            pod.awaitServing();
            write(pod);
            get(pod, "/q/health");
            get(pod, "/q/metrics");
            int status = pod.terminate();
            if (status != SIGTERM_STATUS) {
                throw new IOException("the pod ended with " + status + ":\n" + pod.output());
            }
        }
    }

    private static void write(PodProcess pod) throws IOException, InterruptedException {
        try (PodCaller caller = pod.call(VOLUME)) {
            RehearsedVolume volume = RehearsedVolume.open(caller, VOLUME);
            for (long seq = 2; seq < 2 + APPENDS; seq++) {
                expect(PodReply.Appended.class, volume.append(seq, BLOCKS));
                expect(PodReply.Units.class, volume.read(seq, BLOCKS));
            }
            expect(PodReply.Headers.class, volume.list());
        }
    }

    private static void get(PodProcess pod, String path) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + pod.httpPort() + path);
            HttpResponse<String> response =
                    client.send(
                            HttpRequest.newBuilder(uri).build(),
                            HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IOException(path + ": " + response.statusCode() + response.body());
            }
        }
    }

    private static void expect(Class<? extends PodReply> what, PodReply reply) throws IOException {
        if (!what.isInstance(reply)) {
            throw new IOException("the pod answers " + reply);
        }
    }
}
