#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "filter/call_kinds.h"
#include "profile/profile.h"
#include "scenario/call.h"
#include "scenario/plan.h"

// The words of expressions for what a call is.

namespace busyhour::internal {

/// How long the call was connected, in milliseconds: from the first join of a
/// participant to the last one's end, which are the first `startTime` and the
/// last `endTime` of its usage records. 0 if it never was.
std::uint64_t ConnectedMs(const Call& call) noexcept;

/// The least and the most of a quantity.
using Bounds = std::pair<std::uint64_t, std::uint64_t>;

/// A number or a duration that a call has.
struct CallQuantity {
  std::string_view name;
  std::string_view meaning;  ///< for the documentation
  bool is_duration = false;
  std::string_view example;
  std::uint64_t (*of)(const Call& call) = nullptr;
  /// The numbers that calls of a kind can have.
  Bounds (*in)(const CallKind& kind) = nullptr;
  /// The events whose number it is; empty if it is no such number.
  std::string_view counts = {};

  std::optional<std::uint64_t> Parse(std::string_view text) const;
  /// `"120" is not a duration such as 2m; did you mean "120s"?`, of a text that
  /// `Parse` does not take.
  std::string NotA(std::string_view text) const;
};
std::span<const CallQuantity> CallQuantities();
/// Null if there is none with this name.
const CallQuantity* FindQuantity(std::string_view name);

/// A word that a call has, or several.
struct CallProperty {
  std::string_view name;
  std::string_view meaning;
  /// The possible words for the calls of a profile; empty if there are none.
  std::vector<std::string_view> (*words)(const Profile& profile) = nullptr;
  bool (*is)(const Call& call, const Plan& plan,
             std::string_view word) = nullptr;
  /// Those that calls of a kind can have.
  std::vector<std::string_view> (*in)(const CallKind& kind) = nullptr;
  /// Whether a call can have several of them. The word for none is `none`.
  bool is_many = false;
};
/// The word of such a property for calls that have no other.
inline constexpr std::string_view kNoneWord = "none";

std::span<const CallProperty> CallProperties();
/// Null if there is none with this name.
const CallProperty* FindProperty(std::string_view name);

/// The names of all events, quantities and properties.
std::vector<std::string_view> FilterNames();
/// Whether this is one of them.
bool IsFilterName(std::string_view name);

/// `"x" is not a number such as 10`, or that it is too large a number.
std::string NotANumber(std::string_view text, std::string_view kind);

}  // namespace busyhour::internal
