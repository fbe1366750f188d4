#!/usr/bin/env bash
# Runs a script on a copy of this system, as root of a mount namespace, and
# writes the names of files that are new there to SCRATCH/left. Ends with status
# 77 if there can be no copy.
#
#   unshare --mount on_a_copy.sh SCRATCH SCRIPT [FILE ...]
#
# The script is in /packages there, with the files and those of SCRATCH/made.
set -euo pipefail
scratch=$1 script=$2
shift 2
mkdir "$scratch/memory"
mount -t tmpfs tmpfs "$scratch/memory" 2>/dev/null || exit 77
cd "$scratch/memory"
mkdir changes work copy
mount -t overlay overlay -o lowerdir=/,upperdir=changes,workdir=work copy \
  2>/dev/null || exit 77
mount --rbind /dev copy/dev
mount -t proc proc copy/proc 2>/dev/null || mount --rbind /proc copy/proc
mkdir copy/packages
cp "$scratch"/made/*.deb "$script" "$@" copy/packages
chroot copy /packages/"$(basename "$script")"
rm -rf copy/packages

# Without the notes of the package manager.
(cd changes && find . -mindepth 1 \( -path ./var/lib/dpkg -o \
  -path ./var/log -o -path ./var/cache \) -prune -o -print) |
  while read -r path; do [ -e "/$path" ] || echo "$path"; done >"$scratch/left"
