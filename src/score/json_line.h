#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "busyhour/error.h"
#include "text/json.h"
#include "text/problems.h"

namespace busyhour::internal {

/// The object in a line of JSON Lines. Its members are checked as they are
/// read.
class JsonLine {
 public:
  /// `line` must outlive this.
  explicit JsonLine(std::string_view line);

  /// Whether the line is an object.
  bool is_object() const { return is_object_; }
  bool Has(std::string_view name) const;
  /// A time; it is a problem if there is none.
  std::optional<SimTime> Time(std::string_view name);
  /// A text; empty for null, or if there is no such member.
  std::string Text(std::string_view name);
  /// Adds a problem at that member, or at the object.
  void Refuse(std::string_view name, std::string message);

  bool has_problems() const { return !problems_.empty(); }
  std::vector<Problem> Problems() const;

 private:
  const JsonNode* Find(std::string_view name) const;

  ProblemList problems_;
  std::optional<JsonNode> root_;
  bool is_object_ = false;
};

/// What a time must be, for messages.
inline constexpr std::string_view kTimeForm =
    "a time from 1970 to 2499, such as 2026-03-02T09:00:00Z";

}  // namespace busyhour::internal
