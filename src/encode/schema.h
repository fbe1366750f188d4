#pragma once

#include <string>

#include "logs/log.h"

namespace busyhour {

/// The JSON Schema (2020-12) of a log's records in a shape, for people and for
/// validators: every property is required, and no other is allowed.
/// Enumerations are given only if the values are documented or our own choice;
/// a value that a profile can define is any text.
std::string RecordSchema(LogType log, Shape shape);

}  // namespace busyhour
