#!/usr/bin/env bash
# The demonstration, for real: as this user, and as nobody if this is root. It must pass, take under
# a minute, and leave no process, mount, loop device or file behind, also when it is ended halfway.
set -euo pipefail

root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
scratch=$(mktemp -d)
chmod 755 "$scratch"
trap 'rm -rf "$scratch"' EXIT
failed=0

# What a demonstration in $scratch has left there or in the kernel.
left_behind() {
    pgrep -fa -- "-Ddispersive.owner=$scratch" || true
    grep -F "$scratch" /proc/self/mountinfo || true
    grep -lF "$scratch" /sys/block/loop*/loop/backing_file 2>/dev/null || true
    find "$scratch" -mindepth 1 -name 'dispersive-*' || true
}

# Runs a demonstration with the command before it, called $1, whose network is $2, and checks how it
# ended.
passes() {
    local name=$1 isolation=$2 start=$SECONDS status=0
    shift 2
    "$@" "$root/dispersive" demo >"$scratch/out" 2>&1 </dev/null || status=$?
    if [ "$status" -ne 0 ] || [ "$(tail -n 1 "$scratch/out")" != PASS ] ||
        ! grep -q "isolation $isolation, " "$scratch/out" ||
        [ -n "$(left_behind)" ]; then
        echo "FAILED: demo as $name, status $status" && cat "$scratch/out" && left_behind
        failed=1
    fi
    echo "demo as $name: $((SECONDS - start)) s"
}

# The first to run may have to build, which is not what is timed here.
"$root/dispersive" --version >/dev/null

export JAVA_TOOL_OPTIONS="-Djava.io.tmpdir=$scratch"
chmod 1777 "$scratch"
if [ "$(id -u)" -ne 0 ]; then
    passes "$(id -un)" shared env
else
    passes root isolated env
    passes nobody shared setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=/nonexistent
fi

# Ended in the middle of it. (A shell's background job ignores SIGINT; the JVM treats both alike.)
"$root/dispersive" demo >"$scratch/out" 2>&1 </dev/null &
demo=$!
for _ in $(seq 300); do
    if grep -q 'attached as' "$scratch/out"; then break; fi
    sleep 0.1
done
kill -TERM "$demo"
wait "$demo" || true
if [ -n "$(left_behind)" ]; then
    echo "FAILED: a demo that was ended left behind:" && left_behind
    failed=1
fi
exit "$failed"
