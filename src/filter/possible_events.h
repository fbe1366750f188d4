#pragma once

#include <array>
#include <cstdint>

#include "profile/profile.h"
#include "scenario/call.h"

namespace busyhour::internal {

/// The bit of an outcome, an operation or an index in a set of them.
template <class Index>
constexpr std::uint64_t BitOf(Index index) {
  return std::uint64_t{1} << static_cast<unsigned>(index);
}

/// The events that calls of a profile can have, in any of its flows. What no
/// weight, share or incident of the profile causes is not among them.
struct PossibleEvents {
  std::uint64_t operations = 0;  ///< bits by `Operation`
  std::uint64_t media = 0;       ///< bits by `Outcome`
  /// By kind of note: bits by the outcomes.
  std::array<std::uint64_t, Note::kKinds> notes{};
};
PossibleEvents PossibleEventsOf(const Profile& profile);

}  // namespace busyhour::internal
