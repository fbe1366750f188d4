#pragma once

#include <cstddef>
#include <string>

#include "load/load_run.h"
#include "load/sender.h"

namespace busyhour::internal {

/// The progress display of a run: one line that is updated on a terminal, or a
/// new line every ten seconds elsewhere.
class LoadProgress {
 public:
  LoadProgress(bool quiet, const LoadPlan& plan);

  void Show(const Sender& sender, Nanos now);
  /// Clears the line on a terminal.
  void End();

 private:
  std::string Line(const Sender& sender, Nanos now, std::size_t columns) const;

  bool on_terminal_;
  bool quiet_;
  Nanos end_;  // of the plan, if known in advance; otherwise `kNever`
  bool shown_ = false;
  double next_plain_;
  double last_seconds_ = 0.0;
  double last_acknowledged_ = 0.0;
  double last_bytes_ = 0.0;
  double rate_ = 0.0;
  double byte_rate_ = 0.0;
};

}  // namespace busyhour::internal
