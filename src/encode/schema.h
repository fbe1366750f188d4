#pragma once

#include <string>
#include <string_view>

#include "encode/shape.h"
#include "logs/log.h"

namespace busyhour::internal {

/// The JSON Schema (2020-12) of a log's records in a shape, for people and for
/// validators: every property is required, and no other is allowed.
/// Enumerations are given only if the values are documented or our own choice;
/// a value that a profile can define is any text.
std::string RecordSchema(LogType log, Shape shape);

/// The meaning of an object under which a shape has fields.
inline constexpr std::string_view kObjectMeaning =
    "The fields that are specific to this log.";

/// A regular expression for the text of a field that is not empty, whether it
/// is written as a string or as a number; empty if any text is allowed.
std::string PatternOf(const Field& field, const ShapeInfo& shape);

}  // namespace busyhour::internal
