#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "profile/keys.h"
#include "profile/profile.h"

// The targets of steps: the values of `next`, `on`, `start` and
// `on_caller_left`.

namespace busyhour::internal {

/// The word that ends a flow, in place of a step's name.
inline constexpr std::string_view kEndWord = "end";

/// A flow that is being read.
struct FlowDraft {
  Flow& flow;
  std::vector<std::string_view> step_names = {};
  std::map<std::string_view, int> step_index = {};
  /// The places of the steps.
  std::vector<const JsonNode*> step_nodes = {};
  /// False if a step or a target could not be read: checks of the graph would
  /// report false problems.
  bool is_whole = true;
  /// Whether the values that decide on the outcomes of the step that is being
  /// read are valid. If not, it may have any.
  bool outcomes_are_known = true;
};

// In all of these functions, the variable and the draft must outlive the value.

/// The targets of a step: a name, or weights by name.
Value NextTarget(Mix<int>& targets, FlowDraft& draft);
/// The name of one step.
Value StepName(int& index, FlowDraft& draft);
/// The targets of each outcome of `step`. All keys that determine its outcomes
/// must have been read.
Value OnOutcome(Step& step, FlowDraft& draft);

}  // namespace busyhour::internal
