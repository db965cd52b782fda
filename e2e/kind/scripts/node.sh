#!/usr/bin/env bash
# The image of a node, laid out as kind wants it: debian, the files in node/, programs, and a
# containerd whose store already holds the images of images.sh.
set -euo pipefail
# shellcheck source=e2e/kind/scripts/common.sh
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/common.sh"
cd "$kind_cache"

# Runs a containerd on directory $1 for as long as it takes to import images/: a node then finds
# them at its first start. They are unpacked when they are used.
fill_store() {
    local run pid
    run=$(mktemp -d)
    cat >"$run/config.toml" <<CONF
version = 3
root = "$1"
state = "$run/state"
disabled_plugins = ["io.containerd.cri.v1.runtime", "io.containerd.cri.v1.images",
  "io.containerd.grpc.v1.cri", "io.containerd.nri.v1.nri"]
[grpc]
  address = "$run/socket"
[ttrpc]
  address = "$run/socket.ttrpc"
CONF
    programs/containerd --config "$run/config.toml" >containerd.log 2>&1 &
    pid=$!
    # shellcheck disable=SC2064
    trap "kill '$pid' 2>/dev/null || true" EXIT
    for _ in $(seq 50); do
        if programs/ctr --address "$run/socket" version >/dev/null 2>&1; then break; fi
        sleep 0.2
    done
    tar -C images -c . | programs/ctr --address "$run/socket" --namespace k8s.io images import \
        --all-platforms --no-unpack --label io.cri-containerd.pinned=pinned - \
        >containerd-import.log 2>&1 ||
        die "importing images failed:" "$(tail -n 5 containerd-import.log containerd.log)"
    kill "$pid"
    wait "$pid" || true
    trap - EXIT
    rm -rf "$run"
}

lay_out() {
    local tree=$kind_cache/node/root unit
    rm -rf node
    mkdir -p "$tree"/{usr/bin,usr/local/bin,var/lib/containerd,etc/kubernetes/manifests} \
        "$tree/etc/systemd/system/multi-user.target.wants"
    cp -r --preserve=mode "$kind_source/node/." "$tree/"
    chown -R 0:0 "$tree"
    ln programs/{kubelet,kubeadm,kubectl} "$tree/usr/bin/"
    ln programs/{containerd,containerd-shim-runc-v2,ctr} "$tree/usr/local/bin/"
    for unit in "$tree"/etc/systemd/system/*.service; do
        ln -s "../${unit##*/}" "$tree/etc/systemd/system/multi-user.target.wants/"
    done
    sed -i "s|@PAUSE@|$(grep /pause: images/of-kubeadm)|" "$tree/etc/containerd/config.toml"
    printf %s "$kubernetes_version" >"$tree/kind/version"
    fill_store "$tree/var/lib/containerd"
}

made_from=$({
    cat images.stamp debian-image.stamp "$kind_source/scripts/node.sh"
    cat programs/{kubelet,kubeadm,kubectl,containerd,containerd-shim-runc-v2,ctr}.stamp
    find "$kind_source/node" -type f | LC_ALL=C sort | xargs cat
} | stamp)
if podman image exists "$node_image" && is_made node "$made_from"; then exit 0; fi

say "node image"
lay_out
old=$(podman image inspect -f '{{.Id}}' "$node_image" 2>/dev/null || true)
podman --log-level=error build -q --no-cache -t "$node_image" -f - node >/dev/null <<FILE
FROM $debian_image
COPY root/ /
ENV container=podman
STOPSIGNAL SIGRTMIN+3
ENTRYPOINT ["/usr/local/bin/node-init"]
FILE
# A cluster that runs may still use it; then it stays.
if [ -n "$old" ]; then podman rmi "$old" >/dev/null 2>&1 || true; fi
rm -rf node
made node "$made_from"
