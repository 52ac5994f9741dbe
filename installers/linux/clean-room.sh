#!/usr/bin/env bash
# Try the two commands of the README on a new Debian 12 that has Python 3.11 and git and nothing else.
#
#   installers/linux/clean-room.sh [SCRATCH] [demo|test|offline|all]
#
# Wants root, debootstrap and some 3 GB in SCRATCH (default: a new folder under TMPDIR). The committed HEAD is
# cloned into the new system, never the working folder. The caller's package sources, certificates and PIP_
# settings are taken along, so that a mirror that works here works there. The base system is kept in
# SCRATCH/base for the next run; the tried copy, SCRATCH/room, is made anew each time.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
scratch=${1:-$(mktemp -d)}
what=${2:-all}
mkdir -p "$scratch"
scratch=$(cd "$scratch" && pwd)
base=$scratch/base
room=$scratch/room

if [ "$(id -u)" -ne 0 ] || ! command -v debootstrap > /dev/null; then
    echo "CLEAN-ROOM: This wants root and debootstrap. Say: sudo apt-get install debootstrap, and run it with sudo." >&2
    exit 1
fi

exec 9> "$scratch/lock"
if ! flock -n 9; then
    echo "CLEAN-ROOM: Another run uses $scratch. Wait for it, or give another folder." >&2
    exit 1
fi

leave() {
    for place in dev/shm dev proc; do
        mountpoint -q "$room/$place" && umount "$room/$place"
    done
    return 0
}
trap leave EXIT

if [ ! -e "$base/.finished" ]; then
    rm -rf --one-file-system "$base"
    debootstrap --variant=minbase --include=ca-certificates,python3.11,python3,git bookworm "$base" \
        "${DEBIAN_MIRROR:-http://deb.debian.org/debian}" > "$scratch/debootstrap.log"
    touch "$base/.finished"
fi

leave
rm -rf --one-file-system "$room"
cp -a "$base" "$room"
cp /etc/resolv.conf "$room/etc/resolv.conf"
if [ -e /etc/ssl/certs/ca-certificates.crt ]; then
    cp /etc/ssl/certs/ca-certificates.crt "$room/etc/ssl/certs/ca-certificates.crt"
fi
mount -t proc proc "$room/proc"
mount --bind /dev "$room/dev"
mkdir -p "$room/dev/shm"
git clone --quiet --no-hardlinks "$root" "$room/root/briefcase"

# A clean environment inside, but for the words that tell package tools where to go.
pass=(HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 TERM=dumb)
while IFS='=' read -r name value; do
    case $name in
        PIP_CERT | PIP_INDEX_URL | PIP_DEFAULT_TIMEOUT | SSL_CERT_FILE | REQUESTS_CA_BUNDLE | http_proxy | https_proxy | no_proxy) pass+=("$name=$value") ;;
    esac
done < <(env)

inside() { # inside [unshare -n] COMMAND: in the room, in the clone, timed
    local before
    before=$(date +%s)
    echo "--- $*"
    env -i "${pass[@]}" "$@"
    echo "--- took $(($(date +%s) - before)) s"
}
in_room() { inside chroot "$room" /bin/sh -c "cd /root/briefcase && $1"; }
without_network() { inside unshare -n chroot "$room" /bin/sh -c "cd /root/briefcase && $1"; }

echo "Debian $(cat "$room/etc/debian_version"), $(chroot "$room" python3 --version), $(git -C "$root" rev-parse --short HEAD)"
case $what in
    offline | all)
        "$root/installers/linux/wheelhouse.sh" "$scratch/wheelhouse.new"
        rm -rf "$room/root/wheelhouse"
        mv "$scratch/wheelhouse.new" "$room/root/wheelhouse"
        without_network "cd ../wheelhouse && sha256sum --quiet -c SHA256SUMS"
        without_network "python3 run.py demo --offline ../wheelhouse --headless --out /tmp/offline"
        rm -rf "$room/root/briefcase/.venv"
        ;;&
    demo | all) in_room "python3 run.py demo --out /tmp/demo" ;;&
    test | all) in_room "python3 run.py test" ;;&
    demo | test | offline | all) ;;
    *) echo "CLEAN-ROOM: There is no part $what. Say demo, test, offline or all." >&2 && exit 2 ;;
esac
