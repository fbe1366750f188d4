#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "logs/log.h"

namespace busyhour::internal {

/// The format of times.
enum class TimeFormat : std::uint8_t {
  kIso,     ///< `2023-05-25T17:43:25.7460000Z`
  kPortal,  ///< `5/25/2023, 5:43:25.746 PM`
};

/// The spelling of values in a shape. Its fields are `Columns()`.
struct ShapeInfo {
  Shape shape;
  /// Its name in options.
  std::string_view name;
  TimeFormat time;
  std::string_view yes;
  std::string_view no;
  /// A missing text, and any other missing value.
  std::string_view missing_text;
  std::string_view missing_value;
};

/// Indexed by `Shape`.
std::span<const ShapeInfo, kShapeCount> Shapes();
inline const ShapeInfo& Info(Shape shape) {
  return Shapes()[static_cast<std::size_t>(shape)];
}

std::optional<Shape> FindShape(std::string_view name);

}  // namespace busyhour::internal
