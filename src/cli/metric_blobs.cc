#include "cli/metric_blobs.h"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <utility>
#include <vector>

#include "base/paths.h"
#include "base/time.h"
#include "dataset/output_files.h"
#include "deliver/output_path.h"
#include "deliver/storage_path.h"

namespace busyhour::internal {

namespace fs = std::filesystem;

MetricBlobs::MetricBlobs(OptionReader& options)
    : out_(options.Text("out")), may_replace_(options.Has("force")) {
  if (out_.empty() || OutKindOf(out_) != OutKind::kDirectory) {
    options.Refuse("layout", "requires a directory: --out DIR");
  }
}

// The directory of the resource's blobs, from the root of the storage account.
std::string MetricBlobs::DirectoryOf(const std::string& resource_id) {
  return std::string(kMetricsContainer) + "/resourceId=" + resource_id;
}

void MetricBlobs::RefuseToReplace(const std::string& resource_id,
                                  OptionReader& options) const {
  constexpr std::size_t kMostShown = 5;
  const std::vector<std::string> found =
      FilesBelow(fs::path(out_) / DirectoryOf(resource_id), kStorageBlobName);
  std::size_t refused = 0;
  for (const std::string& path : found) {
    std::string objection = ObjectionToReplacing(path, may_replace_);
    if (objection.empty() || ++refused > kMostShown) continue;
    options.Refuse("out", std::move(objection));
  }
  if (refused > kMostShown) {
    options.Refuse("out",
                   "and " + std::to_string(refused - kMostShown) + " more");
  }
}

void MetricBlobs::Open(const std::string& resource_id) {
  const auto name_of = [head =
                            DirectoryOf(resource_id)](const StreamFile& file) {
    return head + StorageTimePath({file.period * kMsPerHour}) +
           std::string(kStorageBlobName);
  };
  series_.emplace(
      out_, name_of,
      FileRules{.may_replace = may_replace_, .discards_unfinished = true});
}

void MetricBlobs::Write(std::int64_t hour, std::string_view lines) {
  if (status_.ok() && series_->has_current() && file_.period != hour) {
    status_ = series_->EndFile(0);
  }
  if (status_.ok() && !series_->has_current()) {
    ++file_.number;
    file_.period = hour;
    status_ = series_->BeginFile(file_);
  }
  if (status_.ok()) status_ = series_->Write({&lines, 1});
}

Status MetricBlobs::Finish() {
  if (status_.ok()) status_ = series_->Finish();
  return status_;
}

}  // namespace busyhour::internal
