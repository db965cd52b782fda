package storage.dispersive.cli.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/**
 * A disk to be measured.
 *
 * @param options by which fio opens it
 * @param processes that do its work, whose CPU time counts
 */
record Target(String name, List<String> options, Supplier<List<Long>> processes) {

    static Target nbd(String name, Path socket, String export, Supplier<List<Long>> processes) {
        return new Target(
                name,
                List.of("--ioengine=nbd", "--uri=nbd+unix:///" + export + "?socket=" + socket),
                processes);
    }

    static Target device(String name, Path device, Supplier<List<Long>> processes) {
        return new Target(
                name,
                List.of("--ioengine=libaio", "--direct=1", "--filename=" + device),
                processes);
    }
}
