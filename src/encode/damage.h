#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/faults.h"
#include "encode/members.h"
#include "logs/log.h"

namespace busyhour {

/// A fault that strikes what a record says.
struct TextFault {
  FaultKind kind = FaultKind::kCorrupt;
  /// The column that it strikes, of those kinds that strike one.
  std::uint16_t column = 0;
  /// Of a clock that is off: by so many milliseconds, not 0.
  std::int32_t skew_ms = 0;
  /// Of a value that is too long.
  std::uint32_t bytes = 0;
  /// Decides everything else.
  std::uint64_t draw = 0;
};

/// The name of the field that it strikes, in the columns of the record's log
/// and shape; empty for a kind that strikes none.
std::string_view FieldOf(const TextFault& fault,
                         std::span<const Column> columns);

/// The record as one whose clock was off would have it: all its times later, or
/// earlier, by the same. Its ids do not follow, so they must be made before.
Record Skewed(const Record& record, std::int32_t ms) noexcept;

/// Does a fault to texts of records. Keeps space between calls; for one thread.
class Damager {
 public:
  /// Appends to `out` what the fault makes of `record`, a row without
  /// the text before and after it. A partial line is to go without the latter.
  /// For a clock that is off, `record` must be of the skewed one
  /// already, and stays as it is.
  void Apply(const TextFault& fault, std::string_view record, RowStyle style,
             std::span<const Column> columns, std::string& out);

  /// The columns of `record`, before the fault, whose values are not what they
  /// were after it; bit i for column i. None for a clock that is off.
  std::uint64_t StruckColumns(const TextFault& fault, std::string_view record,
                              RowStyle style);

 private:
  std::vector<Member> members_;
};

}  // namespace busyhour
