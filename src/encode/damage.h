#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/faults.h"
#include "encode/members.h"
#include "logs/log.h"

namespace busyhour::internal {

/// A fault that changes the text or the times of a record.
struct TextFault {
  FaultKind kind = FaultKind::kCorrupt;
  /// The damaged column, for kinds that damage one.
  std::uint16_t column = 0;
  /// For clock skew: the offset of the clock in milliseconds, not 0.
  std::int32_t skew_ms = 0;
  /// For an oversized value: its size.
  std::uint32_t bytes = 0;
  /// Determines all other choices.
  std::uint64_t draw = 0;
};

/// The name of the damaged field, from the columns of the record's log and
/// shape; empty if the kind does not damage a field.
std::string_view FieldOf(const TextFault& fault,
                         std::span<const Column> columns);

/// The record with all its times shifted by `ms`, as with a wrong clock. Its
/// ids must be made from the original record.
Record Skewed(const Record& record, std::int32_t ms) noexcept;

/// Applies a fault to the text of a record. Keeps buffers between calls. For
/// one thread.
class Damager {
 public:
  /// Appends the damaged form of `record` to `out`. `record` is a row without
  /// the text before and after it. A partial line must be written without the
  /// text after it. For clock skew, `record` must already be the text of the
  /// skewed record, and is copied unchanged.
  void Apply(const TextFault& fault, std::string_view record, RowStyle style,
             std::span<const Column> columns, std::string& out);

  /// The columns of `record` whose values the fault changes, where `record` is
  /// the text before the fault: bit i for column i. 0 for clock skew.
  std::uint64_t StruckColumns(const TextFault& fault, std::string_view record,
                              RowStyle style);

 private:
  std::vector<Member> members_;
};

}  // namespace busyhour::internal
