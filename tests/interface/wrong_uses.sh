#!/usr/bin/env bash
# Checks that the compiler refuses wrong uses of the public headers, and accepts
# the right ones beside them.
#
#   wrong_uses.sh CXX INCLUDE_DIRECTORY
set -euo pipefail
cxx=$1 include=$2

scratch=$(mktemp -d "${TMPDIR:-/tmp}/busyhour-wrong-uses-XXXXXX")
trap 'rm -rf "$scratch"' EXIT

# check STANDARD FILE: compiles a file, and notes its errors.
check() {
  LC_ALL=C "$cxx" -std="$1" -fsyntax-only -fdiagnostics-color=never -Wall \
    -Wextra -Werror -I"$include" "$2" 2>"$scratch/errors"
}

# wrong CODE RIGHT: CODE must not compile, RIGHT must. All are compiled
# together, each in a line of its own.
uses=()
wrong() {
  printf 'void Use%s() { %s }\n' "${#uses[@]}" "$1" >>"$scratch/wrong"
  printf 'void Use%s() { %s }\n' "${#uses[@]}" "$2" >>"$scratch/right"
  uses+=("$1")
}

# Options have names, not places.
wrong 'busyhour::Job job({.call = 100});' 'busyhour::Job job({.calls = 100});'
# A profile is one, or has a name.
wrong 'busyhour::Job job({.profile = 7});' \
  'busyhour::Job job({.profile = "voice-bot"});'
# Logs and operations are types.
wrong 'busyhour::NameOf("usage");' \
  '(void)busyhour::NameOf(busyhour::LogType::kUsage);'
wrong '(void)(busyhour::Request{}.operation == "Play");' \
  '(void)(busyhour::Request{}.operation == busyhour::Operation::kPlay);'
# Jobs and profiles do not change.
wrong 'busyhour::Job().profile() = busyhour::Profile();' \
  'busyhour::Profile profile = busyhour::Job().profile(); (void)profile;'
# There is one place in the records of a job.
wrong 'busyhour::Records a{busyhour::Job()}; auto b = a;' \
  'busyhour::Records a{busyhour::Job()}; auto b = std::move(a);'
# A function that takes bytes says whether it wants more.
wrong 'busyhour::Write(busyhour::Job(), [](std::string_view) {});' \
  'busyhour::Write(busyhour::Job(), [](std::string_view) { return true; });'

for kind in wrong right; do
  printf '#include <busyhour/busyhour.h>\n#line 1 "%s"\n' $kind |
    cat - "$scratch/$kind" >"$scratch/$kind.cc"
done
check c++20 "$scratch/right.cc" || {
  cat "$scratch/errors" >&2
  printf 'FAILED  a right use does not compile\n' >&2
  exit 1
}
check c++20 "$scratch/wrong.cc" || true
for line in "${!uses[@]}"; do
  grep -q "^wrong:$((line + 1)):.* error: " "$scratch/errors" || {
    cat "$scratch/errors" >&2
    printf 'FAILED  compiles: %s\n' "${uses[line]}" >&2
    exit 1
  }
done

# The first error of an older standard names the one that is needed.
printf '#include <busyhour/call.h>\n' >"$scratch/old.cc"
check c++17 "$scratch/old.cc" || true
grep -m 1 'error: ' "$scratch/errors" | grep -q 'busyhour needs C++20' || {
  cat "$scratch/errors" >&2
  printf 'FAILED  C++17 is not refused\n' >&2
  exit 1
}
printf 'wrong uses do not compile\n'
