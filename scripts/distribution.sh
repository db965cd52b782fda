#!/usr/bin/env bash
# Makes dist/ what the sources say: builds it when they, or the JDK, have changed since. Needs
# JAVA_HOME. Calls at the same time wait for one build.
set -euo pipefail

root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
dist=$root/dist
log=$dist/build.log

die() {
    printf 'dispersive: %s\n' "$@" >&2
    exit 1
}

# One line that changes whenever a file that the distribution is made of does.
stamp() {
    {
        cat "$JAVA_HOME/release" 2>/dev/null || echo "$JAVA_HOME"
        cd "$root"
        find pom.xml mvnw .mvn scripts ./*/pom.xml ./*/src/main -type f -printf '%p %s %T@\n' |
            LC_ALL=C sort
    } | sha256sum
}

is_current() {
    [ -f "$dist/stamp" ] && [ "$(cat "$dist/stamp")" = "$(stamp)" ]
}

# Everything that would otherwise fail somewhere inside of Maven.
check_place() {
    if ! { mkdir -p "$dist" 2>/dev/null && [ -w "$dist" ]; }; then
        die "the sources are newer than the build, and $dist cannot be written." \
            "  Run this once as the owner of $root, or copy the tree to a place of your own."
    fi
    if ! { mkdir -p "${HOME:-/nonexistent}/.m2" 2>/dev/null && [ -w "$HOME/.m2" ]; }; then
        die "building needs a home directory: Maven keeps libraries in ${HOME:-\$HOME}/.m2," \
            "  which cannot be written. Set HOME to a directory of your own and try again."
    fi
}

build() {
    local now made=$root/distribution/target/dispersive
    now=$(stamp)
    rm -rf "$made" "$dist/stamp"
    # Java asks the user database where home is; HOME is what was checked.
    (cd "$root" && MAVEN_OPTS="-Duser.home=$HOME ${MAVEN_OPTS:-}" ./mvnw -q -B -Dmaven.test.skip=true -Dspotless.check.skip=true \
        -pl distribution -am package) >"$log" 2>&1 </dev/null ||
        die "the build failed; the end of $log:" "$(tail -n 20 "$log")"
    "$root/scripts/aot.sh" "$made" >>"$log" 2>&1 </dev/null ||
        die "making the AOT caches failed; the end of $log:" "$(tail -n 20 "$log")"
    rm -rf "$dist"/{cli,storage-pod,vnet,engine,mounter}
    mv "$made"/{cli,storage-pod,vnet,engine,mounter} "$dist/"
    printf '%s\n' "$now" >"$dist/stamp"
}

if is_current; then
    exit 0
fi
check_place
exec 9>"$dist/lock"
if ! flock -n 9; then
    echo "dispersive: waiting for another build to end ..." >&2
    flock 9
fi
if ! is_current; then
    if [ -d "$dist/cli" ]; then
        echo "dispersive: building, the sources have changed ..." >&2
    else
        echo "dispersive: building (first time: about a minute) ..." >&2
    fi
    build
fi
