#!/bin/sh
# Runs in the build of the images, in a Debian: puts what the processes need of it into directory
# $1, the root of the images. These are the files of a few packages, without documents, locales and
# character sets (the JDK has its own). Packages $2 are there afterwards, whatever is taken of them.
set -eu

into=$1
wanted=$2
here=$(dirname "$0")
packages='base-files libc6 libgcc-s1 libisal2 libssl3'

has() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Where the build can reach no mirror, the packages come with it, or with the base image.
missing=''
for package in $wanted; do
    has "$package" || missing="$missing $package"
done
if [ -z "$missing" ]; then
    :
elif ls "$here"/packages/*.deb >/dev/null 2>&1; then
    # Without what only programs need that are not taken: xfsprogs has some in Python.
    dpkg --force-depends -i "$here"/packages/*.deb
else
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -q
    # shellcheck disable=SC2086 # several words
    apt-get install -q -y --no-install-recommends $missing
fi

mkdir -p "$into/usr/lib" "$into/usr/lib64" "$into/etc" "$into/proc" "$into/sys" "$into/dev"
ln -s usr/lib "$into/lib"
ln -s usr/lib64 "$into/lib64"
mkdir -m 1777 "$into/tmp"

files=$(mktemp)
mkdir -p "$into/var/lib/dpkg/status.d"
for package in $packages; do
    # What scanners of images read, where no package manager is.
    dpkg-query -s "$package" >"$into/var/lib/dpkg/status.d/$package"
    dpkg-query -L "$package" | while read -r path; do
        case $path in
        */usr/share/doc/*/copyright | /usr/lib/os-release) ;;
        */gconv | */gconv/* | */audit/* | */engines-3/* | */ossl-modules/* | /etc/* | /usr/share/*) continue ;;
        /lib/* | /lib64/* | /usr/lib/* | /usr/lib64/*) ;;
        *) continue ;;
        esac
        if [ ! -d "$path" ] || [ -L "$path" ]; then
            printf '%s\n' "$path"
        fi
    done
done >"$files"
tar -C / -c -f - -T "$files" | tar -C "$into" -x -f - --keep-directory-symlink
# A pipe hides that its beginning failed.
ls "$into"/usr/lib/*/libc.so.6 "$into"/usr/lib/*/libcrypto.so.3 "$into"/usr/lib/*/libisal.so.2

ln -s ../usr/lib/os-release "$into/etc/os-release"
printf '%s\n' 'root:x:0:0:root:/:/none' 'dispersive:x:65532:65532:dispersive:/:/none' >"$into/etc/passwd"
printf '%s\n' 'root:x:0:' 'dispersive:x:65532:' >"$into/etc/group"
echo 'hosts: files dns' >"$into/etc/nsswitch.conf"
