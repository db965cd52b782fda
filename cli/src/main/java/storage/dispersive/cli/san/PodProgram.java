package storage.dispersive.cli.san;

import java.nio.file.Path;
import java.util.List;
import storage.dispersive.cli.state.PodRecord;
import storage.dispersive.cli.state.SanHome;

/** How a storage pod's program is told who it is: the arguments of its {@code java} command. */
record PodProgram(SanHome home, Path jar) {

    List<String> arguments(PodRecord pod) {
        return List.of(
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-Ddispersive.pod.name=" + pod.name(),
                "-Ddispersive.pod.store=" + pod.store(),
                "-Ddispersive.pod.host=127.0.0.1",
                "-Ddispersive.pod.port=" + pod.port(),
                "-Ddispersive.pod.http-port=" + pod.healthPort(),
                "-jar",
                jar.toString());
    }
}
