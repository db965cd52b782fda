package storage.dispersive.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;

/** Commands on the nodes of the cluster, which are containers of this machine. */
final class OnNode {

    private OnNode() {}

    static String run(String node, String... command) {
        String[] words = new String[command.length + 3];
        words[0] =
                Objects.requireNonNullElse(System.getenv("KIND_EXPERIMENTAL_PROVIDER"), "podman");
        words[1] = "exec";
        words[2] = node;
        System.arraycopy(command, 0, words, 3, command.length);
        return Command.run(words);
    }

    /** No volume is on the node any more: no mount, no disk, no record. */
    static void awaitNothingOf(String node) {
        Cluster.await(
                "nothing of volumes is left on " + node,
                () -> {
                    assertThat(run(node, "cat", "/proc/self/mountinfo"))
                            .doesNotContain("/var/lib/dispersive/disks/");
                    assertThat(run(node, "find", "/var/lib/dispersive/csi", "-type", "f"))
                            .isEmpty();
                    assertThat(
                                    run(
                                            node,
                                            "find",
                                            "/var/lib/dispersive/engine",
                                            "-name",
                                            "*.attachment"))
                            .isEmpty();
                    assertThat(run(node, "find", "/var/lib/dispersive/disks", "-mindepth", "1"))
                            .isEmpty();
                });
    }
}
