# shellcheck shell=bash
# What the scripts here have in common; sourced.

# Each is a target of Containerfile and a part of the distribution. One that the distribution does
# not have (yet) is left out.
# shellcheck disable=SC2034
IMAGES=(storage-pod vnet engine cli operator mounter csi)

# Of Debian, besides what every Debian has: libraries of all programs, and file systems of the
# mounter.
# shellcheck disable=SC2034
PACKAGES=(libisal2 libssl3 xfsprogs)

# Of the JDK's modules those that are used, also by reflection or as services.
# shellcheck disable=SC2034
MODULES=(java.base java.logging java.management java.naming java.net.http jdk.management
    jdk.unsupported jdk.zipfs)

root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
PREFIX=${IMAGE_PREFIX:-localhost/dispersive}
CACHE=${DISPERSIVE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/dispersive}/images

die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# What makes and runs images.
find_tool() {
    local tool
    if [ -n "${CONTAINER_TOOL:-}" ]; then
        command -v "$CONTAINER_TOOL" >/dev/null || die "CONTAINER_TOOL=$CONTAINER_TOOL is not there"
        TOOL=$CONTAINER_TOOL
        return
    fi
    for tool in podman docker; do
        if command -v "$tool" >/dev/null; then
            TOOL=$tool
            return
        fi
    done
    die "this needs podman or docker"
}

is_podman() {
    [[ ${TOOL##*/} == podman* ]]
}

# Podman itself has no more processes than there are numbers.
process_limit() {
    printf '%s\n%s\n' "$(ulimit -Hu)" "$(cat /proc/sys/kernel/pid_max)" | sort -n |
        grep -v unlimited | head -n 1
}

# What containers here are run with; the mounter's is PRIVILEGED.
set_confined() {
    CONFINED=(--read-only --cap-drop=ALL --security-opt=no-new-privileges)
    PRIVILEGED=(--read-only --privileged)
    if is_podman; then
        # Podman would mount what can be written at /tmp and /run, and raise limits, which it may
        # not be allowed to.
        local limits=(--read-only-tmpfs=false --ulimit="nofile=$(ulimit -Hn)"
            --ulimit="nproc=$(process_limit)")
        CONFINED+=("${limits[@]}")
        PRIVILEGED+=("${limits[@]}")
    fi
}

# The text of element $1 in the sources' pom.xml, the first one.
of_pom() {
    sed -n "s|^ *<$1>\(.*\)</$1>\$|\1|p" "$root/pom.xml" | head -n 1
}

image() {
    printf '%s/%s:%s\n' "$PREFIX" "$1" "$TAG"
}

exists() {
    "$TOOL" image inspect "$1" >/dev/null 2>&1
}

tell_sizes() {
    local name
    for name in "${IMAGES[@]}"; do
        if exists "$(image "$name")"; then
            "$TOOL" image inspect --format '{{.Size}}' "$(image "$name")" |
                awk -v name="$(image "$name")" '{ printf "%7.1f MB  %s\n", $1 / 1e6, name }'
        fi
    done
}
