#pragma once

#include <string>

#include "load/load_run.h"
#include "load/sender.h"

namespace busyhour {

/// What a person sees of a run under way: one line that is written over and
/// over on a terminal, or a plain one every ten seconds elsewhere.
class LoadProgress {
 public:
  LoadProgress(bool quiet, const LoadPlan& plan);

  void Show(const Sender& sender, Nanos now);
  /// Leaves no half line behind.
  void End();

 private:
  std::string Line(const Sender& sender, Nanos now, std::size_t columns) const;

  bool on_terminal_;
  bool quiet_;
  Nanos end_;  // of the plan, as far as it is known before; or `kNever`
  bool shown_ = false;
  double next_plain_;
  double last_seconds_ = 0.0;
  double last_acknowledged_ = 0.0;
  double last_bytes_ = 0.0;
  double rate_ = 0.0;
  double byte_rate_ = 0.0;
};

}  // namespace busyhour
