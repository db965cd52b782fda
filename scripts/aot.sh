#!/usr/bin/env bash
# Makes the AOT caches (JEP 483, 514, 515) of the distribution in directory $1, by letting each
# program run once as it will run later. A cache belongs to these jars, to this JDK and to the
# options in jvm.options; the JVM ignores it in silence otherwise. Needs JAVA_HOME.
set -euo pipefail

made=$1
root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
# shellcheck source=scripts/launch.sh
. "$root/scripts/launch.sh"

rehearse_cli() {
    "$JAVA_HOME/bin/java" "@$made/cli/jvm.options" -XX:AOTCacheOutput="$made/cli/cli.aot" \
        -cp "$(class_path "$made/cli")" "$CLI_MAIN" --help
}

# The pod writes its cache when it ends, which takes a while.
rehearse_pod() {
    local pod=$made/storage-pod place
    place=$(mktemp -d)
    # shellcheck disable=SC2064
    trap "rm -rf '$place'" EXIT
    "$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED \
        --sun-misc-unsafe-memory-access=allow -XX:TieredStopAtLevel=1 -XX:+UseSerialGC \
        -cp "$pod/storage-pod.jar" storage.dispersive.pod.rehearsal.Rehearsal \
        "$pod/storage-pod.jar" "$place" \
        "$JAVA_HOME/bin/java" "@$pod/jvm.options" -XX:AOTCacheOutput="$pod/storage-pod.aot"
    [ -f "$pod/storage-pod.aot" ]
}

rehearse_pod
rehearse_cli
