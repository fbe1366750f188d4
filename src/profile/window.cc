#include "profile/window.h"

#include <string>

#include "base/units.h"

namespace busyhour {

void CheckWindow(const JsonNode& node, std::int64_t every_ms,
                 std::int64_t offset_ms, std::int64_t length_ms,
                 ProblemList& problems) {
  const std::string every = FormatDurationExact(every_ms);
  const auto place = [&](const char* key) -> const JsonNode& {
    const JsonNode* value = node.Find(key);
    return value != nullptr ? *value : node;
  };
  if (length_ms > every_ms) {
    problems.Add(place("length"), "it lasts " + FormatDurationExact(length_ms) +
                                      ", longer than the " + every +
                                      " until it comes again");
  }
  if (offset_ms >= every_ms) {
    problems.Add(place("offset"),
                 "the offset, " + FormatDurationExact(offset_ms) +
                     ", must be less than the " + every + " of \"every\"");
  }
}

}  // namespace busyhour
