#!/bin/sh
# A data set from several processes of one machine, by GNU parallel:
#
#   deploy/parallel.sh 8 set --profile contact-center --duration 1d
#
# A failed shard is tried again twice, and goes on where it was.
set -eu
export BUSYHOUR_SHARDS="$1"
set=$2
shift 2
seq "$BUSYHOUR_SHARDS" | parallel --will-cite -N1 --retries 3 --halt soon,fail=1 \
  busyhour generate "$@" --shard auto --out "$set/{}" --resume --quiet
busyhour merge "$set" --out "$set/manifest.json"
