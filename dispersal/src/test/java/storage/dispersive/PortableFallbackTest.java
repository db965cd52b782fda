package storage.dispersive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import storage.dispersive.checksum.Crc32c;
import storage.dispersive.erasure.ErasureCode;
import storage.dispersive.portion.RunId;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.seal.BlockSealer;
import storage.dispersive.seal.RunKey;
import storage.dispersive.seal.VolumeKey;

/** The choice between native and portable is made once a process, so each case is a process. */
class PortableFallbackTest {

    /** Prints what was chosen, and a checksum of what it computes. */
    static final class Report {

        private Report() {}

        public static void main(String[] arguments) {
            Arena arena = Arena.ofAuto();
            byte[] keyBytes = new byte[VolumeKey.KEY_BYTES];
            keyBytes[0] = 1;
            RunKey key = VolumeKey.of(keyBytes).forRun(new VolumeId(1, 2), new RunId(3, 4));
            MemorySegment sealed = arena.allocate(BlockSealer.SEALED_BYTES);
            MemorySegment plain = arena.allocate(BlockSealer.BLOCK_BYTES);
            key.blockSealer().seal(1, 0, 0, plain, 0, sealed, 0);
            MemorySegment parity = arena.allocate(BlockSealer.SEALED_BYTES);
            MemorySegment[] data = {sealed, plain};
            ErasureCode.of(2, 1)
                    .encode(data, new MemorySegment[] {parity}, BlockSealer.SEALED_BYTES);
            System.out.printf(
                    "%s/%s/%s/%08x%n",
                    ErasureCode.backend(),
                    Crc32c.backend(),
                    BlockSealer.backend(),
                    Crc32c.of(parity));
        }
    }

    private static ProcessBuilder report(String... options) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        ProcessBuilder process = new ProcessBuilder(java, "--enable-native-access=ALL-UNNAMED");
        process.command().addAll(List.of(options));
        String classPath = System.getProperty("java.class.path");
        process.command().addAll(List.of("-Xmx64m", "-cp", classPath, Report.class.getName()));
        process.redirectError(ProcessBuilder.Redirect.DISCARD);
        return process;
    }

    private static String run(ProcessBuilder builder) throws IOException {
        Process process = builder.start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    @Test
    void propertyAndVariableForceThePortableCodeAndTheBytesAreTheSame() throws IOException {
        ProcessBuilder byVariable = report();
        byVariable.environment().put("DISPERSIVE_NATIVE", "portable");
        String portable = run(report("-Ddispersive.native=portable"));
        assertThat(portable).matches("portable/portable/portable/[0-9a-f]{8}");
        assertThat(run(byVariable)).isEqualTo(portable);
        String chosen = run(report());
        assertThat(chosen)
                .startsWith(
                        "%s/%s/%s/"
                                .formatted(
                                        ErasureCode.backend(),
                                        Crc32c.backend(),
                                        BlockSealer.backend()))
                .endsWith(portable.substring(portable.lastIndexOf('/')));
    }
}
