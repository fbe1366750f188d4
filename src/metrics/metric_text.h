#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "logs/vocabulary.h"
#include "metrics/minute_counts.h"
#include "profile/profile.h"

namespace busyhour::internal {

/// Writes the counts of minutes in one format.
class MetricText {
 public:
  using Put = std::function<void(std::string_view text)>;

  virtual ~MetricText() = default;

  /// The text before the first minute.
  virtual void Begin(const Put& put) { static_cast<void>(put); }
  virtual void Add(const MinuteCounts& counts, const Put& put) = 0;
  /// The text after the last minute.
  virtual void End(const Put& put) { static_cast<void>(put); }
};

/// Takes records of metrics, one a line, that are exported in this hour since
/// 1970.
using PutMetricBlob =
    std::function<void(std::int64_t hour, std::string_view lines)>;

/// Writes what a diagnostic setting exports to a storage account: the records
/// of format `export`, for the blob of the hour in which they are exported. The
/// hours do not decrease. `words` must outlive the result.
std::unique_ptr<MetricText> MakeMetricBlobs(const Vocabulary& words,
                                            PutMetricBlob put);

/// The formats, each with the name that options use.
struct MetricFormat {
  std::string_view name;
  std::string_view content;  ///< for messages: "CSV"
  /// Of its files, with the dot. If formats share one, it selects the first.
  std::span<const std::string_view> endings;
  /// `words` and `resource` must outlive the result.
  std::unique_ptr<MetricText> (*make)(const Vocabulary& words,
                                      const Resource& resource);
};
std::span<const MetricFormat> MetricFormats();

}  // namespace busyhour::internal
