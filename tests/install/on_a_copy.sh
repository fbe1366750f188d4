#!/usr/bin/env bash
# Runs a script on a copy of this system, as root of a mount namespace, and
# reports what it leaves there. Ends with status 77 if there can be no copy.
#
#   unshare --mount on_a_copy.sh SCRATCH SCRIPT
#
# SCRATCH/made is /packages there.
set -euo pipefail
scratch=$1 script=$2
mkdir "$scratch/memory"
mount -t tmpfs tmpfs "$scratch/memory" 2>/dev/null || exit 77
cd "$scratch/memory"
mkdir changes work copy
mount -t overlay overlay -o lowerdir=/,upperdir=changes,workdir=work copy \
  2>/dev/null || exit 77
mount --rbind /dev copy/dev
mount -t proc proc copy/proc 2>/dev/null || mount --rbind /proc copy/proc
mkdir copy/packages
cp "$scratch"/made/*.deb copy/packages
cp "$script" "$(dirname "$script")/main.cc" copy/packages
chroot copy /packages/"$(basename "$script")"
rm -rf copy/packages

# Everything new, without the notes of the package manager.
left=$(cd changes && find . -mindepth 1 \( -path ./var/lib/dpkg -o \
  -path ./var/log -o -path ./var/cache \) -prune -o -print |
  while read -r path; do [ -e "/$path" ] || echo "$path"; done)
[ -z "$left" ] || { printf 'FAILED  left behind:\n%s\n' "$left" >&2; exit 1; }
