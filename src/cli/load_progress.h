#pragma once

#include "load/sender.h"

namespace busyhour {

/// What a person sees of a run under way: one line that is written over and
/// over on a terminal, or a plain one every ten seconds elsewhere.
class LoadProgress {
 public:
  /// `end`: when the run ends by the clock, or `kNever`.
  LoadProgress(bool quiet, Nanos end);

  void Show(const Sender& sender, Nanos now);
  /// Leaves no half line behind.
  void End();

 private:
  bool on_terminal_;
  bool quiet_;
  Nanos end_;
  bool shown_ = false;
  double next_plain_;
  double last_seconds_ = 0.0;
  double last_acknowledged_ = 0.0;
  double last_bytes_ = 0.0;
  double rate_ = 0.0;
  double byte_rate_ = 0.0;
};

}  // namespace busyhour
