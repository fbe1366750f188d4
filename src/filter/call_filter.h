#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "busyhour/error.h"
#include "profile/profile.h"
#include "scenario/call.h"
#include "scenario/plan.h"

namespace busyhour::internal {

/// Whether something is true of a call.
using CallTest = std::function<bool(const Call&, const Plan&)>;

/// An expression that selects calls by what happened in them, such as
/// `initial_silence and duration > 2m`. docs/find.md has the language.
///
/// Constant after construction: any number of threads may share it.
class CallFilter {
 public:
  /// Reads an expression about the calls of `profile`. All mistakes are added
  /// to `problems`, each at its column of `source`; null if there are any, and
  /// for a profile without flows, which was not readable.
  static std::shared_ptr<const CallFilter> Read(std::string_view text,
                                                const Profile& profile,
                                                const std::string& source,
                                                std::vector<Problem>& problems);

  /// Selects the calls that pass `test`; `text` is for messages and manifests.
  /// `reads_notes`: the test needs `Call::notes`.
  CallFilter(std::string text, CallTest test, bool reads_notes)
      : text_(std::move(text)),
        test_(std::move(test)),
        reads_notes_(reads_notes) {}

  bool Selects(const Call& call, const Plan& plan) const {
    return test_(call, plan);
  }
  const std::string& text() const noexcept { return text_; }
  /// Whether calls must be simulated with notes. Most expressions need none,
  /// and notes are a tenth of a call's cost.
  bool reads_notes() const noexcept { return reads_notes_; }

 private:
  std::string text_;
  CallTest test_;
  bool reads_notes_;
};

}  // namespace busyhour::internal
