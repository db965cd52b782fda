package storage.dispersive.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;

/**
 * A pod with three claims, an ext4, an xfs and a block device, that counts: it writes each number
 * to all of them, durably, and says how long the longest wait was. What it cannot write it says,
 * and ends.
 */
final class Workload {

    static final String NAMESPACE = Cluster.OTHER;
    private static final List<String> CLAIMS = List.of("ext4", "xfs", "block");

    private static final String CLASS =
            """
            apiVersion: storage.k8s.io/v1
            kind: StorageClass
            metadata: {name: e2e-NAME}
            provisioner: csi.dispersive.storage
            allowVolumeExpansion: true
            parameters: {data: "2", redundancy: "1", csi.storage.k8s.io/fstype: NAME}
            """;

    private static final String CLAIM =
            """
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata: {name: NAME}
            spec:
              accessModes: [ReadWriteOnce]
              volumeMode: MODE
              storageClassName: e2e-CLASS
              resources: {requests: {storage: 512Mi}}
            """;

    /** The number that is there, or 0, is where it goes on. */
    private static final String POD =
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: counter}
            spec:
              restartPolicy: Never
              terminationGracePeriodSeconds: 1
              nodeSelector: {kubernetes.io/hostname: NODE}
              containers:
              - name: counter
                image: localhost/dispersive/workload:e2e
                imagePullPolicy: Never
                command:
                - bash
                - -c
                - |
                  fail() { echo "FAILED at $n: $1"; exit 1; }
                  now() { t=${EPOCHREALTIME/./}; t=$((t / 1000)); }
                  read -r e </ext4/n || e=0
                  read -r x </xfs/n || x=0
                  b=$(head -c 16 /dev/volume | tr -d '\\0 \\n')
                  b=${b:-0}
                  echo "found $e $x $b"
                  n=$e longest=0
                  while true; do
                    n=$((n + 1))
                    now; before=$t
                    echo $n >/ext4/n && sync /ext4/n || fail ext4
                    echo $n >/xfs/n && sync /xfs/n || fail xfs
                    printf '%-16s' $n |
                      dd of=/dev/volume conv=notrunc,fsync status=none || fail block
                    now; wait=$((t - before))
                    if [ $wait -gt $longest ]; then longest=$wait; fi
                    echo "wrote $n longest $longest ms"
                    sleep 0.1
                  done
                volumeMounts:
                - {name: ext4, mountPath: /ext4}
                - {name: xfs, mountPath: /xfs}
                volumeDevices:
                - {name: block, devicePath: /dev/volume}
              volumes:
              - {name: ext4, persistentVolumeClaim: {claimName: ext4}}
              - {name: xfs, persistentVolumeClaim: {claimName: xfs}}
              - {name: block, persistentVolumeClaim: {claimName: block}}
            """;

    private Workload() {}

    static void claim() {
        for (String type : List.of("ext4", "xfs")) {
            StorageClass made =
                    Serialization.unmarshal(CLASS.replace("NAME", type), StorageClass.class);
            Cluster.CLIENT.resource(made).create();
        }
        for (String claim : CLAIMS) {
            boolean isBlock = claim.equals("block");
            Cluster.create(
                    NAMESPACE,
                    CLAIM.replace("NAME", claim)
                            .replace("MODE", isBlock ? "Block" : "Filesystem")
                            .replace("CLASS", isBlock ? "ext4" : claim));
        }
    }

    static void start(String node) {
        Cluster.create(NAMESPACE, POD.replace("NODE", node));
        Cluster.await("it writes", () -> assertThat(log()).contains("wrote"));
    }

    /** What it has said; nothing before it runs. */
    static String log() {
        Command asked = Command.tried("kubectl", "-n", NAMESPACE, "logs", "counter");
        return asked.status() == 0 ? asked.said() : "";
    }

    private static String last() {
        return log().lines().reduce("", (_, line) -> line);
    }

    /** The number that it has written last. */
    static long count() {
        String line = last();
        assertThat(line).startsWith("wrote ");
        return Long.parseLong(line.split(" ", -1)[1]);
    }

    /** How long it waited at most. */
    static long longestMillis() {
        String line = last();
        assertThat(line).startsWith("wrote ");
        return Long.parseLong(line.split(" ", -1)[3]);
    }

    /** It has written since. */
    static void awaitProgress() {
        long before = count();
        Cluster.await("it writes on", () -> assertThat(count()).isGreaterThan(before + 5));
    }

    /** What it found when it began: the numbers of ext4, xfs and block. */
    static List<Long> found() {
        return log().lines()
                .filter(it -> it.startsWith("found "))
                .flatMap(it -> List.of(it.split(" ", -1)).stream().skip(1))
                .map(Long::parseLong)
                .toList();
    }

    static void stop() {
        Cluster.kubectl("-n", NAMESPACE, "delete", "pod", "counter", "--ignore-not-found");
    }

    /** Deletes all that was made, and waits until the volumes are gone. */
    static void clear() {
        stop();
        for (String claim : CLAIMS) {
            Cluster.kubectl("-n", NAMESPACE, "delete", "pvc", claim, "--ignore-not-found");
        }
        Cluster.kubectl("delete", "sc", "e2e-ext4", "e2e-xfs", "--ignore-not-found");
    }
}
