#!/usr/bin/env bash
# What the machine must have to run nodes as containers: packages, and settings of podman.
set -euo pipefail
# shellcheck source=e2e/kind/scripts/common.sh
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/common.sh"

needed=(podman runc netavark aardvark-dns nftables iptables debootstrap uidmap zstd jq gcc
    libc6-dev)
missing=()
for package in "${needed[@]}"; do
    if ! dpkg -s "$package" >/dev/null 2>&1; then missing+=("$package"); fi
done
if [ "${#missing[@]}" -gt 0 ]; then
    say "installing ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -q && apt-get install -q -y --no-install-recommends "${missing[@]}"; } \
        >"$kind_cache/apt.log" 2>&1 </dev/null || die "$(tail -n 20 "$kind_cache/apt.log")"
fi

# podman's own limits are more than may be set on a machine that withholds CAP_SYS_RESOURCE.
files=$(ulimit -Hn)
if [ "$files" = unlimited ]; then files=1048576; fi
processes=$(ulimit -Hu) most_processes=$(cat /proc/sys/kernel/pid_max)
if [ "$processes" = unlimited ] || [ "$processes" -gt "$most_processes" ]; then
    processes=$most_processes
fi
cat >"$kind_cache/containers.conf" <<CONF
[containers]
default_ulimits = ["nofile=$files:$files", "nproc=$processes:$processes"]
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
[network]
network_backend = "netavark"
CONF

# kind mounts it into nodes, though there may be no module to load.
mkdir -p /lib/modules
# One budget of root's for all nodes: kubelets, API server and systemd soon use up the usual 128.
instances=/proc/sys/fs/inotify/max_user_instances
if [ "$(cat $instances)" -lt 1024 ]; then echo 1024 >$instances; fi
