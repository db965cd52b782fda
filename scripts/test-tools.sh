#!/usr/bin/env bash
# Sees to it that the tools which the tests drive are there: as root on Debian it installs what is
# missing; otherwise it says how to.
set -euo pipefail

# Debian's package, and what shows that it is there: a command, a library or a Python module.
TOOLS='
attr            command setfattr
e2fsprogs       command mkfs.ext4
fio             command fio
libisal2        library libisal.so.2
libnbd-bin      command nbdinfo
libnbd-bin      command nbdcopy
nbdkit          command nbdkit
python3-libnbd  python  nbd
python3-yaml    python  yaml
qemu-utils      command qemu-img
shellcheck      command shellcheck
util-linux      command losetup
xfsprogs        command mkfs.xfs
'

# Debian keeps some of them where an ordinary user's PATH does not look.
PATH=$PATH:/usr/sbin:/sbin

is_there() {
    case $1 in
    command) command -v "$2" ;;
    library) ldconfig -p | grep -F " $2" || find /usr/lib /usr/lib64 -name "$2" | grep . ;;
    # Debian's own Python, which another one may hide, is what gets Debian's modules.
    python) /usr/bin/python3 -c "import $2" ;;
    esac >/dev/null 2>&1
}

missing_packages() {
    local package kind name
    while read -r package kind name; do
        if [ -n "$package" ] && ! is_there "$kind" "$name"; then
            printf '%s\n' "$package"
        fi
    done <<<"$TOOLS" | sort -u
}

mapfile -t missing < <(missing_packages)
if [ "${#missing[@]}" -eq 0 ]; then
    exit 0
fi
if ! command -v apt-get >/dev/null; then
    echo "check: the tests need these tools; install them with this system's package manager" \
        "(the names are Debian's): ${missing[*]}" >&2
    exit 1
fi
if [ "$(id -u)" -ne 0 ]; then
    echo "check: the tests need tools that are missing. Run this, then try again:" >&2
    echo "  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${missing[*]}" >&2
    exit 1
fi
echo "check: installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { apt-get update -q && apt-get install -q -y --no-install-recommends "${missing[@]}"; } \
    >"$log" 2>&1 </dev/null; then
    tail -n 20 "$log" >&2
    echo "check: the tools could not be installed (${missing[*]})" >&2
    exit 1
fi
mapfile -t missing < <(missing_packages)
if [ "${#missing[@]}" -ne 0 ]; then
    echo "check: installed, but still not to be found: ${missing[*]}" >&2
    exit 1
fi
