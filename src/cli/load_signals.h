#pragma once

#include <atomic>

#include "load/run_control.h"

namespace busyhour::internal {

/// Counts SIGINT and SIGTERM from now on: the first requests an orderly end,
/// the second an immediate one, and the third ends the program.
const std::atomic<int>& CountInterrupts();

/// While it exists, SIGUSR1 pauses a run or lets it go on, and SIGUSR2 ends it.
/// Only one object at a time.
class ControlSignals {
 public:
  /// `control` must outlive the object.
  explicit ControlSignals(RunControl& control);
  ControlSignals(const ControlSignals&) = delete;
  ~ControlSignals();
};

}  // namespace busyhour::internal
