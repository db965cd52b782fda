#!/bin/sh
# Runs in the build of the images, after system.sh: puts the programs that the mounter calls into
# directory $1, and those of their libraries that directory $2, the root of all images, lacks.
set -eu

into=$1
common=$2
programs='mkfs.ext4 fsck.ext4 resize2fs mkfs.xfs xfs_growfs blkid setpriv'
# What mkfs.ext4 makes where it is not told: a program without it makes what older kernels refuse.
settings=/etc/mke2fs.conf

# Its path without links to directories.
place_of() {
    printf '%s/%s\n' "$(readlink -f "$(dirname "$1")")" "$(basename "$1")"
}

# A file of a merged /usr is known to dpkg by the one path or the other.
package_of() {
    dpkg-query -S "$1" 2>/dev/null || dpkg-query -S "${1#/usr}"
}

take() {
    path=$(place_of "$1")
    if [ -e "$common$path" ] || [ -e "$into$path" ]; then
        return
    fi
    mkdir -p "$into$(dirname "$path")"
    cp -dp "$path" "$into$path"
    if [ -L "$path" ]; then
        take "$(readlink -f "$path")"
    else
        package_of "$path" | cut -d: -f1 >>"$packages"
    fi
}

packages=$(mktemp)
needed=$(mktemp)
for program in $programs; do
    path=$(command -v "$program")
    take "$path"
    ldd "$path" >"$needed"
    if grep 'not found' "$needed"; then
        echo "$program lacks a library" >&2
        exit 1
    fi
    awk '$2 == "=>" { print $3 }' "$needed" >"$needed.paths"
    while read -r library; do
        take "$library"
    done <"$needed.paths"
done
take "$settings"

mkdir -p "$into/var/lib/dpkg/status.d"
sort -u "$packages" >"$needed"
while read -r package; do
    dpkg-query -s "$package" >"$into/var/lib/dpkg/status.d/$package"
    mkdir -p "$into/usr/share/doc/$package"
    cp -p "/usr/share/doc/$package/copyright" "$into/usr/share/doc/$package/"
done <"$needed"
cat "$needed"
