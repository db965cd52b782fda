#!/usr/bin/env bash
# The images inside the nodes, as an OCI layout in images/: those of kubeadm, CSI's sidecars,
# nodeagent and busybox, made from programs/ and debian/ under the names that manifests use.
set -euo pipefail
# shellcheck source=e2e/kind/scripts/common.sh
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/common.sh"
cd "$kind_cache"

oci=application/vnd.oci.image

# Moves file $1 into the layout, and sets blob to what describes it there, of type $2.
store() {
    local digest
    digest=$(sha256sum <"$1" | cut -d' ' -f1)
    blob=$(jq -nc --arg type "$oci.$2" --arg digest "sha256:$digest" \
        --argjson size "$(stat -c %s "$1")" '{mediaType: $type, digest: $digest, size: $size}')
    mv "$1" "images/blobs/sha256/$digest"
}

# Adds what is in tree/ as an image of one layer.
image() { # NAME ENTRYPOINT
    local id config layer
    tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -C tree -cf images/layer .
    id=$(sha256sum <images/layer | cut -d' ' -f1)
    zstd -q -f --rm -T0 images/layer -o images/layer.zst
    store images/layer.zst layer.v1.tar+zstd && layer=$blob
    jq -nc --arg id "sha256:$id" --arg entrypoint "$2" --arg cpu "$(dpkg --print-architecture)" '{
        architecture: $cpu, os: "linux", rootfs: {type: "layers", diff_ids: [$id]},
        config: {Entrypoint: [$entrypoint], Env: [
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]}}' >images/config
    store images/config config.v1+json && config=$blob
    jq -nc --arg type "$oci.manifest.v1+json" --argjson config "$config" --argjson layer "$layer" \
        '{schemaVersion: 2, mediaType: $type, config: $config, layers: [$layer]}' >images/manifest
    store images/manifest manifest.v1+json
    jq -c --arg name "$1" --argjson manifest "$blob" '.manifests +=
        [$manifest + {annotations: {"io.containerd.image.name": $name}}]' \
        images/index.json >images/index.new
    mv images/index.new images/index.json
    rm -rf tree
}

# An image of one static program, found by PATH and under /.
program_image() { # PROGRAM NAME
    mkdir -p tree/{usr/local/bin,tmp,etc}
    ln "programs/$1" tree/usr/local/bin/
    ln -s "usr/local/bin/$1" tree/
    image "$2" "/usr/local/bin/$1"
}

# Copies files of Debian, and the libraries that they load, into tree/.
add_with_libraries() {
    local file
    chroot debian ldd "$@" |
        awk '$2 == "=>" { print $3 } $2 ~ /^\(0x/ && $1 ~ /^\// { print $1 }' | sort -u |
        cat - <(printf '%s\n' "$@") |
        while read -r file; do
            case $file in /lib*) file=/usr$file ;; esac
            install -D "debian$file" "tree$file"
        done
}

kube_proxy_image() { # NAME
    local link
    mkdir -p tree/{usr/local/bin,usr/sbin,tmp,run}
    ln -s usr/{lib,lib64,sbin} tree/
    ln programs/kube-proxy tree/usr/local/bin/
    # It calls iptables or nft.
    mapfile -t extensions < <(cd debian &&
        printf '/%s\n' usr/lib/*/xtables/lib{xt,ipt,ip6t}_*.so)
    add_with_libraries /usr/sbin/{xtables-nft-multi,nft} "${extensions[@]}"
    for link in ip{,6}tables{,-save,-restore}; do
        ln -sf xtables-nft-multi "tree/usr/sbin/$link"
    done
    image "$1" /usr/local/bin/kube-proxy
}

busybox_image() {
    local link version
    mkdir -p tree/{usr/{bin,lib,lib64,sbin},tmp,etc,root}
    ln -s usr/{bin,lib,lib64,sbin} tree/
    add_with_libraries /usr/bin/busybox
    for link in $(chroot tree /bin/busybox --list); do
        if [ "$link" != busybox ]; then ln -s busybox "tree/bin/$link"; fi
    done
    echo 'hosts: files dns' >tree/etc/nsswitch.conf
    printf '%s\n' root:x:0:0:root:/root:/bin/sh nobody:x:65534:65534:nobody:/:/bin/false \
        >tree/etc/passwd
    version=$(chroot tree /bin/busybox | sed -n '1s/.*v\([0-9.]*\).*/\1/p')
    image "docker.io/library/busybox:$version" /bin/sh
}

# CSI's sidecars: program, directory of go/, and repository, whose version is the image's.
SIDECARS='
csi-provisioner      provisioner  external-provisioner/v6
csi-attacher         addons       external-attacher/v4
csi-resizer          addons       external-resizer/v2
csi-snapshotter      addons       external-snapshotter/v8
snapshot-controller  addons       external-snapshotter/v8
'

# The resource definitions of snapshots are files of the client's Go module.
snapshot_crds() {
    local client=github.com/kubernetes-csi/external-snapshotter/client/v8 version module
    version=$(version_of addons $client)
    if is_made snapshot-crds "$version"; then return; fi
    module=$(cd "$kind_source/go/addons" && go mod download $client &&
        go list -m -f '{{.Dir}}' $client)
    rm -rf snapshot-crds
    mkdir snapshot-crds
    install -m 644 "$module"/config/crd/*storage.k8s.io_*.yaml snapshot-crds/
    made snapshot-crds "$version"
}

snapshot_crds
if [ programs/pause -ot "$kind_source/pause.c" ]; then
    gcc -Os -static -s -o programs/pause "$kind_source/pause.c"
fi
made_from=$({
    cat programs/{kube-{apiserver,controller-manager,scheduler,proxy},etcd,coredns,nodeagent}.stamp
    cat programs/{csi-{provisioner,attacher,resizer,snapshotter},snapshot-controller}.stamp
    cat debian.stamp "$kind_source/pause.c" "$kind_source/scripts/images.sh"
} | stamp)
if is_made images "$made_from"; then exit 0; fi

say "images of the nodes"
rm -rf images tree
mkdir -p images/blobs/sha256
echo '{"imageLayoutVersion":"1.0.0"}' >images/oci-layout
echo '{"schemaVersion":2,"manifests":[]}' >images/index.json
# The names that kubeadm asks for.
programs/kubeadm config images list --kubernetes-version "$kubernetes_version" \
    >images/of-kubeadm 2>images/log || die "$(cat images/log)"
while read -r name; do
    program=${name##*/} program=${program%%:*}
    case $program in
    kube-proxy) kube_proxy_image "$name" ;;
    *) program_image "$program" "$name" ;;
    esac
done <images/of-kubeadm
while read -r program directory module; do
    if [ -z "$program" ]; then continue; fi
    version=$(version_of "$directory" "github.com/kubernetes-csi/$module")
    program_image "$program" "registry.k8s.io/sig-storage/$program:$version"
done <<<"$SIDECARS"
program_image nodeagent localhost/dispersive-kind/nodeagent:v1
busybox_image
made images "$made_from"
