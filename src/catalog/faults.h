#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace busyhour::internal {

/// The kinds of faults. A fault changes what is delivered, never what happened.
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
  /// Its name in profiles, options and reports.
  std::string_view name;
  /// Whether it changes the delivery of a record, not its text.
  bool moves = false;
  /// Whether it requires one line for each record.
  bool needs_lines = false;
  /// Whether it requires records with field names.
  bool needs_names = false;
  /// Whether it has a duration: a delay, or the offset of a clock.
  bool has_time = false;
  /// Whether it changes a single field, which a rule may select.
  bool has_field = false;
  /// Its effect, for reports.
  std::string_view meaning;
};

/// Indexed by `FaultKind`.
const std::array<FaultInfo, kFaultKindCount>& FaultInfos();
inline const FaultInfo& Info(FaultKind kind) {
  return FaultInfos()[static_cast<std::size_t>(kind)];
}

/// Number of faults of each kind.
using FaultCounts = std::array<std::uint64_t, kFaultKindCount>;

}  // namespace busyhour::internal
