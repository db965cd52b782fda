#!/usr/bin/env bash
# Makes the AOT caches (JEP 483, 514, 515) of the distribution in directory $1, by letting each
# program that is there run once as it will run later, with the Java runtime in directory $2
# (JAVA_HOME if there is none). A cache belongs to these jars, to this runtime and to the options in
# jvm.options. The JVM ignores it in silence otherwise, so each is tried.
set -euo pipefail

made=$1
java=${2:-${JAVA_HOME:-}}/bin/java
root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
# shellcheck source=scripts/launch.sh
. "$root/scripts/launch.sh"
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

# The options of whoever lets others rehearse, which leave no trace in their caches.
DRIVER=(--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow
    -XX:TieredStopAtLevel=1 -XX:+UseSerialGC)

rehearse_cli() {
    "$java" "@$made/cli/jvm.options" -XX:AOTCacheOutput="$1" \
        -cp "$(class_path "$made/cli")" "$CLI_MAIN" --help
}

# The pod writes its cache when it ends, which takes a while.
rehearse_storage-pod() {
    local pod=$made/storage-pod
    "$java" "${DRIVER[@]}" -cp "$pod/storage-pod.jar" \
        storage.dispersive.pod.rehearsal.Rehearsal "$pod/storage-pod.jar" "$place" \
        "$java" "@$pod/jvm.options" -XX:AOTCacheOutput="$1"
}

rehearse_vnet() {
    local jars
    jars=$(class_path "$made/vnet")
    "$java" "${DRIVER[@]}" -cp "$jars" storage.dispersive.vnet.rehearsal.Rehearsal "$place" \
        "$java" "@$made/vnet/jvm.options" -XX:AOTCacheOutput="$1" -cp "$jars"
}

# It serves a volume of two storage pods, which the command line starts and ends; it never mounts.
rehearse_engine() {
    local jars
    jars=$(class_path "$made/engine")
    "$java" "${DRIVER[@]}" "-Ddispersive.dist=$made" -cp "$(class_path "$made/cli")" \
        storage.dispersive.cli.rehearsal.EngineRehearsal "$place/engine" \
        "$java" "@$made/engine/jvm.options" -Xms64m -Xmx64m -XX:AOTCacheOutput="$1" -cp "$jars"
}

# It asks itself what needs no rights, and ends; nothing is mounted.
rehearse_mounter() {
    "$java" "@$made/mounter/jvm.options" -XX:AOTCacheOutput="$1" \
        -cp "$(class_path "$made/mounter")" storage.dispersive.mounter.process.RehearsedMounter \
        "state=$place/disks" "root=$place/kubelet" "socket=$place/mounter" "keeper=$place/keeper"
}

# Without a cluster: it starts, and ends by saying that it has no settings.
rehearse_operator() {
    "$java" "@$made/operator/jvm.options" -XX:AOTCacheOutput="$1" \
        -jar "$made/operator/operator.jar" || [ $? -eq 2 ]
}

# Without a cluster, too.
rehearse_csi() {
    mkdir -p "$place/csi"
    "$java" "${DRIVER[@]}" -cp "$made/csi/csi.jar" storage.dispersive.csi.rehearsal.Rehearsal \
        "$made/csi/csi.jar" "$place/csi" "$java" "@$made/csi/jvm.options" -XX:AOTCacheOutput="$1"
}

for program in storage-pod vnet cli engine mounter operator csi; do
    if [ -d "$made/$program" ]; then
        cache=$made/$program/$program.aot
        "rehearse_$program" "$cache"
        "$java" "@$made/$program/jvm.options" -XX:AOTCache="$cache" -XX:AOTMode=on \
            -cp "$(class_path "$made/$program")" --version
    fi
done
