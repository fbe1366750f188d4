#!/bin/sh
# A load from the tasks of a Slurm job array, one shard each, which begin
# together: all tasks must have begun by the given time.
#
#   at=$(date -u -d '+2 minutes' +%Y-%m-%dT%H:%M:%SZ)
#   job=$(sbatch --parsable --array=0-7 deploy/slurm/load.sh runs "$at" --to tcp://receiver:5140 --rate 2500/s --for 1m)
#   sbatch --dependency=afterany:$job --wrap 'busyhour merge runs --out run.json --manifest sent.json'
#
# A run is not repeated: its records may have been received.
#SBATCH --job-name=busyhour-load
#SBATCH --no-requeue
set -eu
runs=$1 at=$2
shift 2
mkdir -p "$runs"
exec busyhour load "$@" --shard auto --start-at "$at" \
  --report "$runs/run-$SLURM_ARRAY_TASK_ID.json" \
  --manifest "$runs/sent-$SLURM_ARRAY_TASK_ID.json"
