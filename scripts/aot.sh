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

rehearse_cli
