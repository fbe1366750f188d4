#!/usr/bin/env bash
# Packs the static build, and checks that its programs need no libraries, and
# that they make the same bytes as the program under test where there is nothing
# else: in an empty directory as the root of the file system.
#
#   tarball_test.sh CPACK STATIC_BUILD_DIRECTORY PROGRAM
set -euo pipefail
cpack=$1 build=$2 program=$3
scratch=$(mktemp -d "${TMPDIR:-$PWD}/busyhour-tarball-XXXXXX")
trap 'rm -rf "$scratch"' EXIT

fail() {
  printf 'FAILED  %s\n' "$*" >&2
  exit 1
}

if [ ! -x "$build/busyhour" ]; then
  echo "skipped: $build is not built (scripts/package.sh tarball)"
  exit 77
fi
"$cpack" -G TGZ --config "$build/CPackConfig.cmake" -B "$scratch/made" \
  >"$scratch/log" 2>&1 || { cat "$scratch/log"; exit 1; }
tar -tzf "$scratch"/made/*.tar.gz >"$scratch/files"
[ "$(cut -d/ -f1 "$scratch/files" | sort -u | grep -c '^busyhour-.*-linux-')" = 1 ] ||
  fail 'there is not one directory in the tarball'
! grep -E '/include/|/lib/' "$scratch/files" || fail 'the library is in the tarball'
root=$scratch/root
mkdir "$root"
tar -xzf "$scratch"/made/*.tar.gz -C "$root" --strip-components=1
for path in bin/busyhour bin/busyhour-load share/man/man1/busyhour-generate.1 \
  share/busyhour/profiles/quickstart.json share/doc/busyhour/LICENSE \
  share/doc/busyhour/licenses/simdjson; do
  [ -s "$root/$path" ] || fail "there is no $path"
done

for name in busyhour busyhour-load; do
  readelf -dlVW "$root/bin/$name" >"$scratch/elf"
  ! grep -E 'NEEDED|INTERP|GLIBC' "$scratch/elf" ||
    fail "$name needs libraries of the system"
done

enter=(chroot "$root")
[ "$(id -u)" -eq 0 ] ||
  enter=(unshare --user --map-root-user chroot "$root")
if ! "${enter[@]}" /bin/busyhour --version; then
  fail 'it does not run without the files of a system'
fi

# same ARGUMENT ...: both programs make the same files in DIR, and both verify
# them with the same result.
same() {
  rm -rf "$scratch/here" "$root/there"
  "$program" generate --out "$scratch/here" --quiet "$@"
  "${enter[@]}" /bin/busyhour generate --out /there --quiet "$@"
  rm -f "$scratch/here/manifest.json"
  cp -r "$root/there" "$scratch/there"
  rm -f "$scratch/there/manifest.json"
  diff -r "$scratch/here" "$scratch/there" || fail "other bytes: $*"
  rm -rf "$scratch/there"
}
same --calls 200
for compression in gzip zstd lz4; do
  same --calls 200 --compress "$compression"
done
same --calls 200 --frame parquet --compress snappy
same --calls 200 --profile contact-center --logs all
(cd "$root/there" && cat ./*.jsonl) |
  "${enter[@]}" /bin/busyhour verify --manifest /there >"$scratch/verdict" ||
  { cat "$scratch/verdict"; fail 'it does not verify its own records'; }

# Receivers: found by name, in /etc/hosts; and what is left out is named.
"$root/bin/busyhour" load --records 100 --to - --rate max --quiet \
  >"$scratch/sent"
[ "$(wc -l <"$scratch/sent")" = 100 ] || fail 'load sends other records'
/usr/bin/python3 - "$root/bin/busyhour" <<'END' || fail 'load does not send by TCP'
import socket
import subprocess
import sys

with socket.create_server(("127.0.0.1", 0)) as server:
    to = f"tcp://localhost:{server.getsockname()[1]}"
    run = subprocess.Popen([sys.argv[1], "load", "--records", "100", "--to", to,
                            "--rate", "max", "--quiet"])
    server.settimeout(60)
    lines = b""
    with server.accept()[0] as connection:
        while piece := connection.recv(65536):
            lines += piece
    sys.exit(run.wait() or lines.count(b"\n") != 100)
END
! "$root/bin/busyhour" load --records 1 --to https://localhost/ 2>"$scratch/error" ||
  fail 'it loads by HTTPS'
grep -q 'this program was built without it' "$scratch/error" ||
  { cat "$scratch/error"; fail 'it does not say that HTTPS is left out'; }
printf 'no libraries, the same bytes, %s\n' "$(du -h "$scratch"/made/*.tar.gz | cut -f1)"
