#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "busyhour/call.h"

namespace busyhour {

/// The story of a call.
struct Story {
  /// What the id is: `CorrelationId`, `OperationId`.
  std::string id_kind;
  Call call;
  /// As `busyhour explain` prints it.
  std::string text;
  /// As `busyhour explain --json` prints it.
  std::string json;
};

/// The call behind an id, or behind the first id in a text that has one, such
/// as a record in any form. Nothing if the text has no id of the job's profile,
/// seed and start. The call may be outside of the job's extent.
///
///   const busyhour::Job job({.calls = 1});
///   const auto story = busyhour::Explain(job, busyhour::WriteText(job));
///   std::cout << story->call.flow;  // assistant
std::optional<Story> Explain(const Job& job, std::string_view text);

}  // namespace busyhour
