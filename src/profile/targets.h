#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "profile/keys.h"
#include "profile/profile.h"

// Where steps lead: what stands in `next`, `on`, `start` and `on_caller_left`.

namespace busyhour {

/// The word that ends a flow, where a step's name could stand.
inline constexpr std::string_view kEndWord = "end";

/// A flow while it is read.
struct FlowDraft {
  Flow& flow;
  std::vector<std::string_view> step_names = {};
  std::map<std::string_view, int> step_index = {};
  /// Where the steps stand.
  std::vector<const JsonNode*> step_nodes = {};
  /// False when a step or a target could not be read, so that the graph would
  /// say things that are not so.
  bool is_whole = true;
};

// In all of these, the variable and the draft must outlive the value.

/// Where a step leads: a name, or weights by name.
Value NextTarget(Mix<int>& targets, FlowDraft& draft);
/// One step.
Value StepName(int& index, FlowDraft& draft);
/// Where each outcome of `step` leads. All that decides about its outcomes must
/// have been read.
Value OnOutcome(Step& step, FlowDraft& draft);

}  // namespace busyhour
