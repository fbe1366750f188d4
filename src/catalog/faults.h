#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace busyhour {

/// What can befall a record on its way out. A fault changes what is delivered,
/// never what happened.
enum class FaultKind : std::uint8_t {
  kDrop,
  kDuplicate,
  kDelay,
  kReorder,
  kTruncate,
  kCorrupt,
  kInvalidUtf8,
  kExtraField,
  kMissingField,
  kWrongType,
  kRenamedField,
  kWrongCase,
  kClockSkew,
  kOversize,
  kBlankLine,
  kPartialLine,
};
inline constexpr std::size_t kFaultKindCount = 16;

struct FaultInfo {
  /// The word for it in profiles, options and reports.
  std::string_view name;
  /// It decides whether and when a record is delivered, not what it says.
  bool moves = false;
  /// It needs records that are a line each.
  bool needs_lines = false;
  /// It needs records that spell the names of their fields.
  bool needs_names = false;
  /// It has a length of time: how much later, or how far a clock is off.
  bool has_time = false;
  /// It strikes one field of a record, which a rule may choose.
  bool has_field = false;
  /// What it does, in words for a person.
  std::string_view meaning;
};

/// Indexed by `FaultKind`.
const std::array<FaultInfo, kFaultKindCount>& FaultInfos();
inline const FaultInfo& Info(FaultKind kind) {
  return FaultInfos()[static_cast<std::size_t>(kind)];
}

/// How many faults there were of each kind.
using FaultCounts = std::array<std::uint64_t, kFaultKindCount>;

}  // namespace busyhour
