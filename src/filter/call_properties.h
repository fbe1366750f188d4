#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "profile/profile.h"
#include "scenario/call.h"
#include "scenario/plan.h"

// The words of expressions for what a call is.

namespace busyhour::internal {

/// A number or a duration that a call has.
struct CallQuantity {
  std::string_view name;
  std::string_view meaning;  ///< for the documentation
  bool is_duration = false;
  std::string_view example;
  std::uint64_t (*of)(const Call& call) = nullptr;

  std::optional<std::uint64_t> Parse(std::string_view text) const;
};
std::span<const CallQuantity> CallQuantities();
/// Null if there is none with this name.
const CallQuantity* FindQuantity(std::string_view name);

/// A word that a call has, or several.
struct CallProperty {
  std::string_view name;
  std::string_view meaning;
  /// The possible words for the calls of a profile.
  std::vector<std::string_view> (*words)(const Profile& profile) = nullptr;
  bool (*is)(const Call& call, const Plan& plan,
             std::string_view word) = nullptr;
};
std::span<const CallProperty> CallProperties();
/// Null if there is none with this name.
const CallProperty* FindProperty(std::string_view name);

/// The names of all events, quantities and properties.
std::vector<std::string_view> FilterNames();

}  // namespace busyhour::internal
