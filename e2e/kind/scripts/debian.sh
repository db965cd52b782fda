#!/usr/bin/env bash
# The Debian below the nodes, as a directory and as an image in podman, on which others can build.
set -euo pipefail
# shellcheck source=e2e/kind/scripts/common.sh
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/common.sh"
cd "$kind_cache"

packages=(systemd systemd-sysv runc containernetworking-plugins iptables nftables conntrack iproute2
    iputils-ping kmod socat ethtool util-linux mount e2fsprogs xfsprogs btrfs-progs fuse3 jq procps
    curl ca-certificates ipset libseccomp2 pigz busybox)

mirror() {
    awk '/^URIs:/ { print $2; exit }' /etc/apt/sources.list.d/debian.sources 2>/dev/null ||
        awk '/^deb / { print $2; exit }' /etc/apt/sources.list
}

# What a container does not need, or would do to the machine: it has no hardware to set up, and the
# machine's sysctls are not its own.
strip() {
    rm -rf debian/var/{cache/apt/archives/*.deb,lib/apt/lists/*,log/*} \
        debian/usr/share/{doc,locale,man}/* debian/usr/lib/*/gconv
    local units=debian/lib/systemd/system
    find $units/sysinit.target.wants -name systemd-tmpfiles-setup.service -delete
    rm -f $units/{multi-user,local-fs,basic}.target.wants/* debian/etc/systemd/system/*.wants/* \
        $units/sockets.target.wants/*{udev,initctl}*
    chroot debian systemctl -q mask systemd-{binfmt,udevd,udev-trigger,modules-load,sysctl} \
        sys-kernel-{debug,tracing}.mount dev-hugepages.mount
    chroot debian systemctl -q set-default multi-user.target
    : >debian/etc/resolv.conf
}

made_from="$debian_release ${packages[*]}"
if ! is_made debian "$made_from"; then
    say "debootstrap $debian_release"
    rm -rf debian debian.stamp
    debootstrap --variant=minbase --include="$(IFS=, && echo "${packages[*]}")" \
        "$debian_release" debian "$(mirror)" >debootstrap.log 2>&1 </dev/null ||
        die "debootstrap failed:" "$(tail -n 20 debootstrap.log)"
    strip
    made debian "$made_from"
fi
if ! podman image exists "$debian_image" || [ debian.stamp -nt debian-image.stamp ]; then
    say "podman import debian"
    made debian-image "$(tar -C debian -c . |
        podman --log-level=error import --quiet - "$debian_image")"
fi
