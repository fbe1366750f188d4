#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/status.h"
#include "cli/options.h"
#include "deliver/file_series.h"

namespace busyhour::internal {

/// The blobs of a storage account into which a diagnostic setting exports
/// metrics: one for each hour of export, as files below `--out`.
class MetricBlobs {
 public:
  /// Refuses `--out` if it is no directory.
  explicit MetricBlobs(OptionReader& options);
  /// Refuses `--out` if it has blobs of the resource that may not be replaced.
  /// Those of other resources stay. `resource_id` is in upper case.
  void RefuseToReplace(const std::string& resource_id,
                       OptionReader& options) const;

  /// Before the first text.
  void Open(const std::string& resource_id);
  /// Adds records, one a line, to the blob of an hour since 1970. The hours
  /// must not decrease. After a failure, they are discarded.
  void Write(std::int64_t hour, std::string_view lines);
  /// Whether text is still of use.
  bool WantsMore() const { return status_.ok(); }
  /// Completes the last blob.
  Status Finish();

 private:
  static std::string DirectoryOf(const std::string& resource_id);

  std::string out_;
  bool may_replace_;
  std::optional<FileSeries> series_;
  StreamFile file_;  // the current one
  Status status_ = Status::Ok();
};

}  // namespace busyhour::internal
