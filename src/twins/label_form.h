#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "base/time.h"
#include "conditions/effect.h"
#include "job/job.h"
#include "logs/cast.h"
#include "logs/record.h"
#include "profile/profile.h"
#include "twins/incident_effects.h"
#include "twins/record_difference.h"

namespace busyhour::internal {

class MinuteSeries;

/// The run whose labels are written, with its incidents.
struct LabelledRun {
  const Profile& profile;
  const Job& job;
  const Cast& cast;
  SimTime end;  ///< of the job's extent
  /// The name of the resource, if the job has several.
  std::string resource;
};

struct LabelMarks {
  /// Whether the incident did not touch its call, only what affects it.
  bool is_indirect = false;
  /// Whether other incidents would have touched it in the same way.
  bool is_joint = false;
  /// Whether the call would be different again without any incident.
  bool interacts = false;
};

/// A record that an incident touched.
struct Label {
  const TouchedRecord& touched;
  const Effect& effect;
  LabelMarks marks;
};

/// The name of what happened to the record: `caused`, `changed`, `suppressed`
/// or `indirect`.
std::string_view EffectNameOf(const Label& label) noexcept;
/// The same, without regard to whether it is indirect.
std::string_view NameOf(Touch touch) noexcept;

/// What is known after the last call.
struct RunLabels {
  const std::vector<IncidentEffect>& incidents;
  const MinuteSeries& minutes;
};

/// One form in which labels are written. Receives the callers of a run in order
/// of their first attempts: first the labels of a caller's calls, then their
/// records.
class LabelForm {
 public:
  virtual ~LabelForm() = default;

  /// Creates the files that are written during the run.
  virtual Status Open() { return Status::Ok(); }
  virtual void Take(const Label&) {}
  /// The records of a caller's calls as they are delivered.
  virtual void TakeCaller(std::span<const Record>) {}
  /// Writes the rest, and completes the files.
  virtual Status Finish(const RunLabels& labels) = 0;
};

}  // namespace busyhour::internal
