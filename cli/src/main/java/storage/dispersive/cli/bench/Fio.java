package storage.dispersive.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import storage.dispersive.cli.san.ExternalProgram;
import storage.dispersive.cli.state.Json;
import storage.dispersive.cli.state.SanException;

/** fio, which does the work and takes the time. */
record Fio(Path program) {

    /** An engine that has just started runs interpreted code; a node's has run for weeks. */
    static final List<Workload> WARM_UP =
            List.of(
                    Workload.SEQUENTIAL_WRITE,
                    Workload.RANDOM_WRITE_32,
                    Workload.RANDOM_READ_32,
                    Workload.SEQUENTIAL_READ);

    static Fio find() {
        return new Fio(
                ExternalProgram.find("fio")
                        .orElseThrow(() ->
                                SanException.failed(
                                        "fio is not installed",
                                        "install it (Debian: apt-get install fio)")));
    }

    /** One result: what was moved, and how fast. */
    record Result(long bytes, double bytesPerSecond, double operationsPerSecond) {}

    void warmUp(Target target, Workload.Extent extent) throws IOException {
        for (Workload workload : WARM_UP) {
            run(target, workload, extent);
        }
    }

    Result run(Target target, Workload workload, Workload.Extent extent) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(program.toString());
        command.add("--output-format=json");
        command.addAll(target.options());
        command.addAll(workload.options(extent));
        String printed = ExternalProgram.run(command);
        // Warnings may stand before the JSON.
        JsonNode job =
                Json.parse(printed.substring(Math.max(0, printed.indexOf('{'))), JsonNode.class)
                        .path("jobs")
                        .path(0);
        JsonNode side = job.path(workload.isRead() ? "read" : "write");
        if (job.path("error").asInt(-1) != 0 || side.isMissingNode()) {
            throw new IOException("fio failed on " + target.name() + ": " + printed.strip());
        }
        return new Result(
                side.path("io_bytes").asLong(),
                side.path("bw_bytes").asDouble(),
                side.path("iops").asDouble());
    }
}
