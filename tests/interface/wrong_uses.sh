#!/usr/bin/env bash
# Checks that the compiler refuses wrong uses of the public headers, and accepts
# the right ones beside them.
#
#   wrong_uses.sh CXX INCLUDE_DIRECTORY
set -euo pipefail
cxx=$1 include=$2

# compiles CODE: whether the code compiles in a function.
compiles() {
  printf '#include <busyhour/busyhour.h>\nvoid Use() {\n%s\n}\n' "$1" |
    "$cxx" -std=c++20 -fsyntax-only -Wall -Wextra -Werror -I"$include" \
      -x c++ - 2>"${TMPDIR:-/tmp}/busyhour-wrong-use.$$"
}
trap 'rm -f "${TMPDIR:-/tmp}/busyhour-wrong-use.$$"' EXIT

# wrong CODE RIGHT: CODE must not compile, RIGHT must.
wrong() {
  if compiles "$1"; then
    printf 'FAILED  compiles: %s\n' "$1" >&2
    exit 1
  fi
  compiles "$2" || {
    cat "${TMPDIR:-/tmp}/busyhour-wrong-use.$$" >&2
    printf 'FAILED  does not compile: %s\n' "$2" >&2
    exit 1
  }
}

# Options have names, not places.
wrong 'busyhour::Job job({.call = 100});' 'busyhour::Job job({.calls = 100});'
# A name is no profile by itself, so that a file is never read by accident.
wrong 'busyhour::Job job({.profile = "voice-bot"});' \
  'busyhour::Job job({.profile = busyhour::Profile("voice-bot")});'
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
# The first error of an older standard names the one that is needed.
"$cxx" -std=c++17 -fsyntax-only -I"$include" -x c++ "$include/busyhour/call.h" \
  2>"${TMPDIR:-/tmp}/busyhour-wrong-use.$$" || true
grep -m 1 'error: ' "${TMPDIR:-/tmp}/busyhour-wrong-use.$$" |
  grep -q 'busyhour needs C++20' || {
  cat "${TMPDIR:-/tmp}/busyhour-wrong-use.$$" >&2
  printf 'FAILED  C++17 is not refused\n' >&2
  exit 1
}
printf 'wrong uses do not compile\n'
