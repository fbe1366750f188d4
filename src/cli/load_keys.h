#pragma once

#include "load/run_control.h"

namespace busyhour::internal {

/// The keys of a terminal that change a run: `+` faster, `-` slower, `p` pause
/// or go on, `q` end.
///
/// They work if standard input is a terminal and this program is in its
/// foreground. The terminal then passes on each key at once and does not show
/// it. It gets its settings back when this object is destroyed, when the
/// program is stopped (Ctrl-Z), and when a signal ends it. Only one object at a
/// time.
class LoadKeys {
 public:
  LoadKeys();
  LoadKeys(const LoadKeys&) = delete;
  ~LoadKeys();

  /// Whether there is a terminal.
  bool is_active() const noexcept { return is_active_; }
  /// Passes the keys that were pressed to the run.
  void Poll(RunControl& control);

  /// Gives the terminal its settings back. For signal handlers.
  static void Restore() noexcept;

 private:
  bool is_active_ = false;
};

}  // namespace busyhour::internal
