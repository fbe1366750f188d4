#pragma once

#include <functional>
#include <string>

#include "base/status.h"
#include "job/job.h"
#include "profile/profile.h"
#include "twins/label_form.h"

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

/// Calls `take` for each record and each incident that touched it, in the order
/// of the calls: what the labels have as lines for records.
void ForEachLabel(const Profile& profile, const Job& job,
                  const std::function<void(const Label&)>& take);

}  // namespace busyhour::internal
