#!/usr/bin/env bash
# Installs missing packages, builds the simulation of the sender, and runs it on
# all cores.
#
#   scripts/simulate.sh              seeds 1 to 100,000
#   scripts/simulate.sh FIRST LAST   seeds FIRST to LAST
#
# Each seed is a run of load with a simulated receiver. A seed that breaks a law
# prints the command that repeats it.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
case "$#${1-}${2-}" in
  *[!0-9]* | 1*)
    sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}" >&2
    exit 2
    ;;
esac
first=${1:-1}
last=${2:-100000}
install_packages run test
build_all sender_simulation_tests
step=1000
for ((begin = first; begin <= last; begin += step)); do
  end=$((begin + step - 1))
  echo "$begin-$((end < last ? end : last))"
done | xargs -P "$(nproc)" -I {} env BUSYHOUR_SEEDS={} \
  "$build/tests/sender_simulation_tests" --gtest_brief=1
