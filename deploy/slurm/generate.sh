#!/bin/sh
# A data set from the tasks of a Slurm job array, one shard each, and its merged
# manifest. The directory is on a file system that all nodes see:
#
#   job=$(sbatch --parsable --array=0-7 deploy/slurm/generate.sh set --profile contact-center --duration 1d)
#   sbatch --dependency=afterok:$job --wrap 'busyhour merge set --out set/manifest.json'
#
# A task that is put back into the queue goes on where it was. A task that ends
# with status 2 would end so again, and is not put back.
#SBATCH --job-name=busyhour-generate
#SBATCH --requeue
#SBATCH --open-mode=append
set -u
set=$1
shift
mkdir -p "$set"
busyhour generate "$@" --shard auto --out "$set/$SLURM_ARRAY_TASK_ID" --resume
status=$?
if [ "$status" -eq 1 ] && [ "${SLURM_RESTART_COUNT:-0}" -lt 3 ]; then
  scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
fi
exit "$status"
