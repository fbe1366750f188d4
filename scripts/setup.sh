# Sourced by the other scripts: installs missing packages, configures and
# builds.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
preset=${BUSYHOUR_PRESET:-release}
build=$root/build/$preset
benchmarks=OFF

# shellcheck source=packages.sh
. "$root/scripts/packages.sh"

# Sets TMPDIR to a directory in memory, where there is enough, and removes it at
# the end. Tests write, sync and remove thousands of files, which takes most of
# their time on a disk that discards blocks at once. They also run programs there.
scratch_in_memory() {
  local room
  [ -z "${TMPDIR-}" ] || return 0
  room=$(df --output=avail -BG /dev/shm 2>/dev/null | tail -n 1 | tr -d ' G') ||
    room=0
  [ "${room:-0}" -ge 6 ] && [ -w /dev/shm ] || return 0
  findmnt -n -o OPTIONS /dev/shm | grep -q noexec && return 0
  TMPDIR=$(mktemp -d /dev/shm/busyhour-XXXXXX)
  export TMPDIR
  # PostgreSQL runs as another user.
  chmod 755 "$TMPDIR"
  trap 'rm -rf "$TMPDIR"' EXIT
}

# Unpacks the packages that must not be installed, and writes a script for each
# of their programs to build/tools/bin. Tests skip programs that are not
# available.
unpack_packages() {
  if [ "$manager" != apt-get ]; then
    printf 'Servers are unpacked on Debian only; tests with them are left out\n' >&2
    return
  fi
  local tools=$root/build/tools package
  local names=()
  mkdir -p "$tools/bin"
  while read -r package; do
    [ -d "$tools/$package" ] || names+=("$package")
  done < <(grep -v '^#' "$root/scripts/packages/unpacked.txt")
  if [ ${#names[@]} -gt 0 ]; then
    printf 'Unpacking %s\n' "${names[*]}" >&2
    # One call for all is faster, but fails if one cannot be had.
    (cd "$tools" && { apt-get download -qq "${names[@]}" ||
      for package in "${names[@]}"; do
        apt-get download -qq "$package"
      done; }) >"$tools/log" 2>&1 || true
  fi
  for package in "${names[@]}"; do
    (cd "$tools" && dpkg -x "$package"_*.deb "$package.new" &&
      rm -f "$package"_*.deb &&
      mv "$package.new" "$package") >>"$tools/log" 2>&1 ||
      printf 'There is no %s; tests with it are left out\n' "$package" >&2
  done
  cat >"$tools/bin/rsyslogd" <<'END'
#!/bin/sh
at=$(cd "$(dirname "$0")/.." && pwd)/rsyslog/usr
exec "$at/sbin/rsyslogd" -M "$(echo "$at"/lib/*/rsyslog)" "$@"
END
  cat >"$tools/bin/syslog-ng" <<'END'
#!/bin/sh
at=$(cd "$(dirname "$0")/.." && pwd)/syslog-ng-core/usr
LD_LIBRARY_PATH=$at/lib/syslog-ng exec "$at/sbin/syslog-ng" \
  --module-path="$(echo "$at"/lib/syslog-ng/3.*)" "$@"
END
  chmod +x "$tools/bin/rsyslogd" "$tools/bin/syslog-ng"
  cat >"$tools/bin/nginx" <<'END'
#!/bin/sh
exec "$(cd "$(dirname "$0")/.." && pwd)/nginx/usr/sbin/nginx" "$@"
END
  chmod +x "$tools/bin/nginx"
  # Erlang's libraries are found in the packages, not in /usr/lib.
  cat >"$tools/bin/erl" <<'END'
#!/bin/sh
at=$(cd "$(dirname "$0")/.." && pwd)
export ROOTDIR="$at/erlang-base/usr/lib/erlang" EMU=beam PROGNAME=erl
BINDIR=$(echo "$ROOTDIR"/erts-*/bin)
ERL_LIBS=$(printf '%s:' "$at"/erlang-*/usr/lib/erlang/lib)$ERL_LIBS
export BINDIR ERL_LIBS
exec "$BINDIR/erlexec" "$@"
END
  cat >"$tools/bin/rabbitmq-server" <<'END'
#!/bin/sh
at=$(cd "$(dirname "$0")/.." && pwd)
PATH=$at/bin:$PATH exec \
  "$(echo "$at"/rabbitmq-server/usr/lib/rabbitmq/lib/*/sbin)/rabbitmq-server" "$@"
END
  chmod +x "$tools/bin/erl" "$tools/bin/rabbitmq-server"
  [ -d "$tools/erlang-base" ] && [ -d "$tools/rabbitmq-server" ] ||
    rm "$tools/bin/erl" "$tools/bin/rabbitmq-server"
  [ -d "$tools/nginx" ] || rm "$tools/bin/nginx"
  [ -d "$tools/rsyslog" ] || rm "$tools/bin/rsyslogd"
  [ -d "$tools/syslog-ng-core" ] || rm "$tools/bin/syslog-ng"
}

# Installs the npm packages that tests use in build/tools.
install_npm_packages() {
  local name rest
  grep '^[^#]' "$root/scripts/packages/npm.txt" | while read -r name rest; do
    "$root/scripts/npm.sh" "$name" "$root/build/tools/$name" </dev/null ||
      printf 'There is no %s; tests with it are left out\n' "$name" >&2
  done
}

# Installs the library for the charts of reports, if there is npm.
install_charts() {
  command -v npm >/dev/null || return 0
  "$root/scripts/npm.sh" uplot "$root/build/tools/uplot" ||
    printf 'There is no uplot; reports are made without charts\n' >&2
}

# is_off PART: whether the configured build leaves out TESTS or BENCHMARKS.
is_off() {
  grep -q "BUSYHOUR_BUILD_$1:BOOL=OFF" "$build/CMakeCache.txt"
}

# Configures the build if necessary: the first time, and to add tests or
# benchmarks, if $tests or $benchmarks is ON. Then builds what has changed.
# Prints the output only if there is an error.
build_all() {
  local log=$build/setup.log
  mkdir -p "$build"
  if [ ! -f "$build/build.ninja" ] ||
    { [ "$preset" != fuzz ] && [ "$tests" = ON ] && is_off TESTS; } ||
    { [ "$benchmarks" = ON ] && is_off BENCHMARKS; }; then
    printf 'Configuring %s\n' "$preset" >&2
    install_charts
    local parts=("-DBUSYHOUR_BUILD_BENCHMARKS=$benchmarks")
    [ "$preset" = fuzz ] || parts+=("-DBUSYHOUR_BUILD_TESTS=$tests")
    (cd "$root" && cmake --preset "$preset" "${parts[@]}") >"$log" 2>&1 ||
      { cat "$log" >&2; return 1; }
  fi
  if ! ninja -C "$build" -n "$@" 2>/dev/null | grep -q 'no work to do'; then
    printf 'Building\n' >&2
    cmake --build "$build" --target "${@:-all}" >"$log" 2>&1 ||
      { cat "$log" >&2; return 1; }
  fi
}

# build_static PRESET [TARGET ...]: builds the programs that need no libraries,
# and the targets. They contain simdjson, of which Debian has no static library.
build_static() (
  preset=$1
  build=$root/build/$preset
  shift
  tests=OFF
  benchmarks=OFF
  "$root/scripts/npm.sh" simdjson "$root/build/tools/simdjson"
  build_all busyhour "$@"
)
