#pragma once

#include <string>

#include "logs/log.h"

namespace busyhour {

/// The JSON Schema (2020-12) of a log's records in a shape, for a person and
/// for a validator: every property that is written is required, and no other is
/// allowed. Enumerations are given only where the words are documented or ours
/// to choose; what a profile may spell as it likes is any text.
std::string RecordSchema(LogType log, Shape shape);

}  // namespace busyhour
