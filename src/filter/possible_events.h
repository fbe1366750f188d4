#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "catalog/operations.h"
#include "profile/profile.h"
#include "scenario/call.h"

namespace busyhour::internal {

/// The bit of an outcome, an operation or an index in a set of them.
template <class Index>
constexpr std::uint64_t BitOf(Index index) {
  return std::uint64_t{1} << static_cast<unsigned>(index);
}

/// The events that calls can have. What no weight, share or incident of the
/// profile causes is not among them.
struct PossibleEvents {
  std::uint64_t operations = 0;  ///< bits by `Operation`
  /// By operation: bits by the index in `Statuses()` of the answers.
  std::array<std::uint64_t, kOperationCount> statuses{};
  std::uint64_t media = 0;  ///< bits by `Outcome`
  /// By kind of note: bits by the outcomes.
  std::array<std::uint64_t, Note::kKinds> notes{};

  std::uint64_t& NotesOf(Note::Kind kind) noexcept {
    return notes[static_cast<std::size_t>(kind)];
  }
  std::uint64_t NotesOf(Note::Kind kind) const noexcept {
    return notes[static_cast<std::size_t>(kind)];
  }

  friend bool operator==(const PossibleEvents&,
                         const PossibleEvents&) = default;
};
/// Those of the calls of a flow of `profile`.
PossibleEvents PossibleEventsOf(const Profile& profile, const Flow& flow);
/// Those of the calls of all flows of the profile and its resources.
PossibleEvents PossibleEventsOf(const Profile& profile);

}  // namespace busyhour::internal
