# shellcheck shell=bash
# What the scripts of the test cluster share; sourced.

# shellcheck source=e2e/kind/env.sh
. "$(dirname "${BASH_SOURCE[0]}")/../env.sh"
# shellcheck disable=SC2154 # set by env.sh
programs=$kind_cache/programs
mkdir -p "$programs" "$kind_cache/bin"
export KIND_STARTED=${KIND_STARTED:-$EPOCHSECONDS}

say() { printf 'kind: %4d s  %s\n' $((EPOCHSECONDS - KIND_STARTED)) "$*" >&2; }

die() {
    printf 'kind: %s\n' "$@" >&2
    exit 1
}

# The version of module $2 in the module $1 of go/.
version_of() {
    awk -v path="$2" '$1 == path && $2 ~ /^v/ { print $2; exit }' "$kind_source/go/$1/go.mod"
}

# shellcheck disable=SC2034 # for those who source this
{
    kubernetes_version=$(version_of kubernetes k8s.io/kubernetes)
    debian_release=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
    debian_image=localhost/dispersive-kind/debian:$debian_release
    node_image=localhost/dispersive-kind/node:$kubernetes_version
}

# Of each thing that is made a stamp says what it was made from; when that changes, it is made anew.
stamp() { sha256sum | cut -c1-16; }
stamp_of() { cat "$1.stamp" 2>/dev/null || true; }
is_made() { [ "$(stamp_of "$1")" = "$2" ]; }
made() { printf '%s\n' "$2" >"$1.stamp"; }

# Takes the lock named $1 until this script ends, as file descriptor 9.
lock() {
    exec 9>"$kind_cache/$1.lock"
    if ! flock -n 9; then
        say "waiting for another call to end"
        flock 9
    fi
}
