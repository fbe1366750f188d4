#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/status.h"
#include "twins/label_form.h"

namespace busyhour::internal {

/// The labels in the form of a public benchmark, as files below a directory.
/// docs/labels.md describes each form.
struct LabelExport {
  /// The directory below that of all exports.
  std::string_view directory;
  /// `directory` exists. `run` must outlive the result.
  std::unique_ptr<LabelForm> (*make)(const LabelledRun& run,
                                     const std::string& directory,
                                     bool may_replace);
};

std::span<const LabelExport> LabelExports();

// The forms, each in a file of its own. Most are written at the end of the run,
// into `directory`.
Status WriteNab(const RunLabels& labels, const std::string& directory,
                bool may_replace);
Status WriteTsbAd(const RunLabels& labels, const std::string& directory,
                  bool may_replace);
Status WriteTimeEval(const RunLabels& labels, const std::string& directory,
                     bool may_replace);
std::unique_ptr<LabelForm> MakeLogHubExport(const LabelledRun& run,
                                            const std::string& directory,
                                            bool may_replace);

}  // namespace busyhour::internal
