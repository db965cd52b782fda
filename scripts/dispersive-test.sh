#!/usr/bin/env bash
# Tests of the command at the root: where it may be called from, and what it says without a JDK.
set -euo pipefail

root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
# shellcheck source=scripts/java.sh
. "$root/scripts/java.sh"
# shellcheck source=scripts/launch.sh
. "$root/scripts/launch.sh"
find_java
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
passed=0
failed=0

# Counts the test named $1; the rest is what must hold.
holds() {
    local name=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAILED: %s\n' "$name"
        tail -n 20 "$scratch"/* 2>/dev/null || true
    fi
}

runs_through_a_symlink_from_another_directory() {
    ln -s "$root/dispersive" "$scratch/link"
    (cd / && "$scratch/link" --help) >"$scratch/out" 2>&1 && grep -qi dispersive "$scratch/out"
}

two_calls_at_once_both_succeed() {
    rm -f "$root/dist/stamp"
    "$root/dispersive" --help >"$scratch/first" 2>&1 &
    local first=$!
    "$root/dispersive" --help >"$scratch/second" 2>&1 && wait "$first" &&
        [ "$(cat "$scratch/first" "$scratch/second" | grep -c 'building')" -eq 1 ]
}

does_not_build_again_without_a_change() {
    "$root/dispersive" --help >"$scratch/again" 2>&1 && ! grep -q 'building' "$scratch/again"
}

# A JDK is looked for in fixed places too, so only the judgement of one can be tested here.
an_old_jdk_is_not_taken() {
    mkdir -p "$scratch/jdk/bin"
    printf '#!/bin/sh\n' >"$scratch/jdk/bin/java"
    cp "$scratch/jdk/bin/java" "$scratch/jdk/bin/javac"
    chmod +x "$scratch"/jdk/bin/*
    printf 'JAVA_VERSION="17.0.9"\n' >"$scratch/jdk/release"
    local before=$JAVA_HOME found
    [ "$(jdk_version "$scratch/jdk")" = 17 ] || return 1
    JAVA_HOME=$scratch/jdk
    find_java
    found=$JAVA_HOME
    JAVA_HOME=$before
    [ "$found" != "$scratch/jdk" ]
}

the_caches_are_used() {
    "$JAVA_HOME/bin/java" "@$root/dist/cli/jvm.options" -XX:AOTMode=on \
        "-XX:AOTCache=$root/dist/cli/cli.aot" -cp "$(class_path "$root/dist/cli")" \
        "$CLI_MAIN" --help >"$scratch/aot" 2>&1
}

# A wrong setting ends a pod when it has started, with 2; an AOT cache that does not fit, with 1.
the_cache_of_the_pod_is_used() {
    local pod=$root/dist/storage-pod status=0
    "$JAVA_HOME/bin/java" "@$pod/jvm.options" -XX:AOTMode=on "-XX:AOTCache=$pod/storage-pod.aot" \
        -Ddispersive.pod.port=none -jar "$pod/storage-pod.jar" >"$scratch/pod" 2>&1 || status=$?
    [ "$status" -eq 2 ] && grep -q '^storage pod: ' "$scratch/pod"
}

holds 'two calls at once both succeed, and one of them builds' two_calls_at_once_both_succeed
holds 'it runs through a symlink from another directory' \
    runs_through_a_symlink_from_another_directory
holds 'it does not build again without a change' does_not_build_again_without_a_change
holds 'an old JDK is not taken' an_old_jdk_is_not_taken
holds 'the AOT cache of the command line is used' the_caches_are_used
holds 'the AOT cache of the storage pod is used' the_cache_of_the_pod_is_used
echo "scripts: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
