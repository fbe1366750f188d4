#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "filter/call_events.h"
#include "filter/call_properties.h"
#include "scenario/call.h"
#include "scenario/plan.h"

// An expression that selects calls, as it was understood.

namespace busyhour::internal {

/// The numbers from `least` to `most`, or all others. There are none from
/// `least` to `most` if `least` is larger.
struct NumberRange {
  static constexpr std::uint64_t kLargest =
      std::numeric_limits<std::uint64_t>::max();

  std::uint64_t least = 0;
  std::uint64_t most = kLargest;
  bool is_outside = false;

  bool Has(std::uint64_t number) const noexcept {
    return (number >= least && number <= most) != is_outside;
  }
  NumberRange Others() const noexcept { return {least, most, !is_outside}; }
  /// The same numbers as ranges that are not outside, at least one; a range
  /// without numbers if there are none.
  std::vector<NumberRange> Pieces() const;
};
/// The numbers that are `comparison` (`<`, `!=`, ...) to `number`.
NumberRange RangeOf(std::string_view comparison, std::uint64_t number);

/// How many of these events happened: `Play`, `Play = 2`.
struct HowOften {
  EventSet events;
  NumberRange range{1};
};
/// Events of each kind happened, each later than the one before: `Play then
/// HangUpCall`.
struct InOrder {
  std::vector<EventSet> events;
};
/// `duration > 2m`.
struct HowMuch {
  const CallQuantity* quantity = nullptr;
  NumberRange range;
};
/// `flow = main`, or with `!=` another one.
struct IsWord {
  const CallProperty* property = nullptr;
  std::string word;
  bool is_other = false;
};

/// One condition of an expression, and its place in the text.
struct Claim {
  std::size_t at = 0;
  std::size_t size = 0;
  std::variant<HowOften, InOrder, HowMuch, IsWord> says;

  bool Holds(const Call& call, const Plan& plan) const;
  /// Whether `Holds` reads `Call::notes`.
  bool ReadsNotes() const;
};

/// A condition, or several.
struct Formula {
  enum class Kind { kClaim, kNot, kAll, kAny };

  Kind kind = Kind::kAll;
  std::vector<Formula> parts;  ///< one for `kNot`, none for `kClaim`
  Claim claim;                 ///< only for `kClaim`

  bool Holds(const Call& call, const Plan& plan) const;
  /// Whether `Holds` reads `Call::notes`.
  bool ReadsNotes() const;
};

}  // namespace busyhour::internal
