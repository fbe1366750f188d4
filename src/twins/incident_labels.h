#pragma once

#include <string>

#include "base/status.h"
#include "job/job.h"
#include "profile/profile.h"

namespace busyhour::internal {

/// Why labels of incidents cannot be written for the job; empty if they can.
std::string ObjectionToIncidentLabels(const Job& job);
/// Why the labels of the profile cannot be exported; empty if they can.
std::string ObjectionToLabelExports(const Profile& profile);

/// Where the labels of incidents are written; an empty path is none.
struct LabelOutputs {
  /// As JSON Lines.
  std::string file;
  /// In the forms of benchmarks, see `LabelExports`.
  std::string directory;

  bool empty() const noexcept { return file.empty() && directory.empty(); }
};

/// Writes what each incident did, by simulating the calls with and without each
/// incident. docs/labels.md describes the files. `may_replace`: existing files
/// are replaced.
Status WriteIncidentLabels(const Profile& profile, const Job& job,
                           const LabelOutputs& outputs, bool may_replace);

}  // namespace busyhour::internal
