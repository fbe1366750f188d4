#pragma once

#include <array>
#include <span>

#include "logs/field.h"

namespace busyhour {

/// All that is said of one log: its names, and its fields in every shape. Each
/// stands in a file of its own, `<log>_fields.cc`; a field is added there.
struct LogFields {
  LogInfo info;
  /// Indexed by `Shape`.
  std::array<std::span<const Column>, kShapeCount> columns;
};

extern const LogFields kOperationalFields;
extern const LogFields kMediaSummaryFields;
extern const LogFields kUsageFields;

}  // namespace busyhour
