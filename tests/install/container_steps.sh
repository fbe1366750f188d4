#!/usr/bin/env bash
# Runs the instructions in /packages/stage, then the program. Run by
# on_a_copy.sh.
set -euo pipefail

fail() {
  printf 'FAILED  %s\n' "$*" >&2
  exit 1
}

# words JSON: the elements of a list of texts.
words() {
  tr -d '[]",' <<<"$1"
}

user=root directory=/ entrypoint='' command=''
while read -r instruction rest; do
  case $instruction in
    FROM) [ "$rest" = debian:12-slim ] || fail "FROM $rest" ;;
    COPY)
      read -r from what to <<<"$rest"
      [ "$from" = --from=build ] || fail "COPY $rest"
      # The name is a pattern.
      # shellcheck disable=SC2086
      cp ${what/\/source\/build//} "$to"
      ;;
    RUN)
      if ! sh -c "$rest" >/packages/log 2>&1 </dev/null; then
        cat /packages/log
        # Without a network there is nothing to install from.
        ! grep -q 'Temporary failure resolving' /packages/log || exit 77
        fail "RUN $rest"
      fi
      ;;
    USER) user=$rest ;;
    WORKDIR) directory=$rest ;;
    ENTRYPOINT) entrypoint=$(words "$rest") ;;
    CMD) command=$(words "$rest") ;;
    *) fail "$instruction is not known to this test" ;;
  esac
done </packages/stage

# container ARGUMENT ...: the program as the user of the image.
container() {
  # shellcheck disable=SC2016
  chroot --userspec="$user" --skip-chdir / sh -c \
    'cd "$1" && shift && exec "$@"' sh "$directory" "$entrypoint" "$@"
}
[ "${user%%:*}" -ge 1000 ] || fail "the user is $user"
# shellcheck disable=SC2086
container $command | grep -q '^Usage:\|^busyhour' || fail 'no help is printed'
container generate --calls 10 --out set --quiet
[ "$(stat -c %u "$directory/set")" = "${user%%:*}" ] || fail 'the files have another owner'
container load --records 10 --to - --rate max --quiet | wc -l | grep -qx 10 ||
  fail 'load does not run'
[ -z "$(ls /var/lib/apt/lists)" ] || fail 'the lists of packages stay in the image'
! ls /tmp/*.deb 2>/dev/null || fail 'the package stays in the image'
