package storage.dispersive.cli.san;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import storage.dispersive.cli.state.Identities;
import storage.dispersive.cli.state.PodRecord;
import storage.dispersive.cli.state.SanHome;
import storage.dispersive.cli.state.SanRecord;

/** How a storage pod's program is told who it is: the arguments of its {@code java} command. */
record PodProgram(Distribution distribution, SanHome home, SanRecord san, Identities identities) {

    /** One arena of malloc for all threads, of which one works most: some 4 MB less. */
    static final Map<String, String> ENVIRONMENT = Map.of("MALLOC_ARENA_MAX", "1");

    List<String> arguments(PodRecord pod) {
        List<String> arguments = new ArrayList<>();
        arguments.add("@" + distribution.podOptions());
        if (Files.exists(distribution.podCache())) {
            arguments.add("-XX:AOTCache=" + distribution.podCache());
        }
        arguments.addAll(
                List.of(
                        "-Ddispersive.pod.name=" + pod.name(),
                        "-Ddispersive.pod.directory=" + pod.store(),
                        "-Ddispersive.pod.address=" + pod.host(),
                        "-Ddispersive.pod.port=" + pod.port(),
                        "-Ddispersive.pod.http-port=" + pod.healthPort(),
                        "-Ddispersive.pod.http-address=" + pod.host(),
                        "-Ddispersive.pod.segment-size=" + san.segmentSizeBytes(),
                        "-Ddispersive.pod.tls.certificate=" + identities.certificate(pod.name()),
                        "-Ddispersive.pod.tls.key=" + identities.key(pod.name()),
                        "-Ddispersive.pod.tls.authority=" + identities.authorityCertificate()));
        arguments.addAll(isolation(pod));
        arguments.addAll(List.of("-jar", distribution.podJar().toString()));
        return List.copyOf(arguments);
    }

    /** Where the pod finds its sidecar, if it has one. */
    private List<String> isolation(PodRecord pod) {
        return switch (san.network().isolation()) {
            case SHARED -> List.of("-Ddispersive.pod.isolation=shared");
            case ISOLATED ->
                    List.of(
                            "-Ddispersive.pod.isolation=isolated",
                            "-Ddispersive.pod.vnet-socket=" + home.sidecarSocket(pod.name()));
        };
    }
}
