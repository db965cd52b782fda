package storage.dispersive.trials;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import storage.dispersive.cli.san.ExternalProgram;
import storage.dispersive.cli.state.Json;

/**
 * Runs fio, which writes blocks of random sizes in random order, several jobs at random depths,
 * reads all of it back and compares ({@code verify=crc32c}), over and over.
 *
 * <p>What is written is bounded, not the time: the log is not cleaned yet, so all of it stays in
 * the stores. The rate is bounded such that it lasts the wanted time at least.
 */
final class VerifyingFio {

    private static final int JOBS = 3;
    private static final int MAX_DEPTH = 32;
    private static final long RATE_BYTES = 4L << 20;

    /** Of each job. */
    private static final long AREA_BYTES = 16L << 20;

    /** What the jobs write to, from the start of a disk or in one file each. */
    static final long EXTENT_BYTES = JOBS * AREA_BYTES;

    private static final long PATIENCE_FACTOR = 5;
    private static final long PATIENCE_SECONDS = 120;

    private final int seconds;
    private final Random random;

    VerifyingFio(int seconds, long seed) {
        this.seconds = seconds;
        this.random = new Random(seed);
    }

    /** On an NBD export, whose blocks are of 512 bytes at least. */
    Result onNbd(Path socket, String export) throws IOException, InterruptedException {
        return run(
                List.of(
                        "--ioengine=nbd",
                        "--uri=nbd+unix:///" + export + "?socket=" + socket,
                        "--bsrange=512-128k",
                        "--blockalign=512"));
    }

    /** On files in a directory, past the page cache. */
    Result inDirectory(Path directory) throws IOException, InterruptedException {
        return run(
                List.of(
                        "--ioengine=libaio",
                        "--direct=1",
                        "--bsrange=4k-128k",
                        "--blockalign=4k",
                        "--directory=" + directory));
    }

    /** What was moved without an error. */
    record Result(long writtenBytes, long verifiedBytes, long longestMillis) {}

    private Result run(List<String> target) throws IOException, InterruptedException {
        Path output = Files.createTempFile("fio", ".json");
        Process fio =
                new ProcessBuilder(command(target))
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        try {
            boolean ended =
                    fio.waitFor(PATIENCE_SECONDS + PATIENCE_FACTOR * seconds, TimeUnit.SECONDS);
            String printed = Files.readString(output);
            assertThat(ended).as("fio ended in time: %s", printed).isTrue();
            assertThat(fio.exitValue()).as("fio's status: %s", printed).isZero();
            return result(printed);
        } finally {
            fio.descendants().forEach(ProcessHandle::destroyForcibly);
            fio.destroyForcibly().waitFor();
            Files.delete(output);
        }
    }

    private List<String> command(List<String> target) {
        long loops = Math.max(1, Math.ceilDiv(seconds * RATE_BYTES, AREA_BYTES));
        List<String> command = new ArrayList<>();
        command.add(ExternalProgram.find("fio").orElseThrow().toString());
        command.add("--output-format=json");
        for (int job = 0; job < JOBS; job++) {
            command.add("--name=job" + job);
            command.addAll(target);
            command.addAll(
                    List.of(
                            "--rw=randwrite",
                            "--size=" + AREA_BYTES,
                            "--offset=" + (target.contains("--direct=1") ? 0 : job * AREA_BYTES),
                            "--rate=" + RATE_BYTES,
                            "--loops=" + loops,
                            "--iodepth=" + random.nextInt(1, MAX_DEPTH + 1),
                            "--randseed=" + random.nextInt(1, Integer.MAX_VALUE),
                            "--verify=crc32c",
                            "--verify_fatal=1",
                            "--verify_state_save=0",
                            "--verify_dump=0"));
        }
        return command;
    }

    private static Result result(String printed) throws IOException {
        // Warnings may stand before the JSON.
        JsonNode report = Json.parse(printed.substring(printed.indexOf('{')), JsonNode.class);
        long written = 0;
        long verified = 0;
        long longestNanos = 0;
        assertThat(report.path("jobs").size()).isEqualTo(JOBS);
        for (JsonNode job : report.path("jobs")) {
            assertThat(job.path("error").asInt(-1)).as("fio's error: %s", printed).isZero();
            written += job.path("write").path("io_bytes").asLong();
            verified += job.path("read").path("io_bytes").asLong();
            longestNanos = Math.max(longestNanos, longest(job, "write"));
            longestNanos = Math.max(longestNanos, longest(job, "read"));
        }
        return new Result(written, verified, TimeUnit.NANOSECONDS.toMillis(longestNanos));
    }

    private static long longest(JsonNode job, String side) {
        return job.path(side).path("clat_ns").path("max").asLong();
    }
}
