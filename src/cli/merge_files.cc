#include "cli/merge_files.h"

#include <atomic>
#include <chrono>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "busyhour/version.h"
#include "cli/command.h"
#include "cli/end_signals.h"
#include "cli/generate_text.h"
#include "dataset/dataset.h"
#include "dataset/manifest_merge.h"
#include "dataset/shard_texts.h"
#include "deliver/open_files.h"
#include "deliver/output_path.h"
#include "engine/blob_periods.h"
#include "engine/pipe.h"
#include "logs/worlds.h"

namespace busyhour::internal {
namespace {

void CheckFilesOptions(OptionReader& options) {
  for (const char* const option :
       {"manifest", "force", "threshold", "thresholds", "junit"}) {
    if (options.Has(option)) {
      options.Refuse(option, "cannot be combined with --files");
    }
  }
  const std::string out = options.Text("out");
  if (out.empty() || out == "-" || OutKindOf(out) != OutKind::kDirectory) {
    options.Refuse("out", "must be a directory, for the merged files");
    return;
  }
  std::string objection = ObjectionToDirectory(out, false);
  if (!objection.empty()) options.Refuse("out", std::move(objection));
}

// The manifests of all shards, if their files can be merged.
std::optional<std::vector<ShardManifest>> ReadFileShards(
    OptionReader& options, const std::vector<std::string>& manifests) {
  if (manifests.empty()) {
    options.Refuse("files", "requires manifests as INPUT");
    return std::nullopt;
  }
  std::optional<std::vector<ShardManifest>> shards =
      ReadShardManifests(manifests, options.problems());
  if (!shards) return std::nullopt;
  const Manifest& first = shards->front().manifest();
  if (first.was_sent()) {
    options.Refuse("files",
                   "requires manifests of files: " + shards->front().path +
                       " is of records that were sent");
  } else if (first.version != kVersion) {
    // The order of the records is computed again.
    options.Refuse("files", "requires version " + first.version +
                                " of busyhour, which has made the records");
  } else if (std::string reason = ReasonAgainstMerging(first.job);
             !reason.empty()) {
    options.Refuse("files", std::move(reason));
  }
  return shards;
}

Status WriteMerged(const Worlds& worlds, const Job& job, int threads,
                   ShardTexts& texts, Dataset& dataset,
                   GenerateSummary& summary) {
  if (Status status = AllowOpenFiles(texts.open_files()); !status.ok()) {
    return status;
  }
  const std::atomic<bool>& stop = StopOnSignals();
  if (Status status = dataset.Open(); !status.ok()) return status;
  const auto begin = std::chrono::steady_clock::now();
  Pipe::Options pipe_options;
  pipe_options.threads = threads;
  pipe_options.texts = &texts;
  pipe_options.stop = &stop;
  Pipe pipe(worlds, job, dataset.files().routes(), dataset.sinks(),
            std::move(pipe_options));
  Status status = pipe.Run();
  summary.whole = status.ok() && !pipe.stopped();
  if (summary.whole) {
    status = dataset.Close(pipe.snapshot(), true);
    summary.whole = status.ok();
  }
  if (!summary.whole) dataset.Remove();
  summary.tally = pipe.tally();
  summary.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin)
          .count();
  return status;
}

}  // namespace

int MergeFiles(OptionReader& options,
               const std::vector<std::string>& manifests) {
  CheckFilesOptions(options);
  const int threads = options.Threads(DefaultThreads());
  const std::optional<std::vector<ShardManifest>> shards =
      ReadFileShards(options, manifests);
  options.ThrowIfRefused();

  const SavedManifest whole = WholeManifest(*shards);
  const Job& job = whole.manifest.job;
  const Worlds worlds(whole.profile, job.seed, job.start);
  const std::vector<BlobOwners> owners = BlobOwnersOf(worlds);
  Dataset dataset(options.Text("out"), whole.profile, job,
                  {.owners = owners, .blob_periods = [&](const Routes& routes) {
                     return BlobPeriodsOf(worlds, job, routes, threads);
                   }});
  ShardTexts texts(*shards, dataset.files(), owners, options.problems());
  options.ThrowIfRefused();
  GenerateSummary summary;
  const Status status =
      WriteMerged(worlds, job, threads, texts, dataset, summary);
  if (!status.ok()) return EndWithFailure(status.message());
  if (!summary.whole) return kInterrupted;
  if (!options.Has("quiet")) {
    ShowSummary(whole.profile, job, dataset, summary);
  }
  return kDone;
}

}  // namespace busyhour::internal
