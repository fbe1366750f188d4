#pragma once

#include "logs/field_values.h"
#include "read/received_record.h"

namespace busyhour {

/// Whether a received value has the same meaning as the sent one, in any
/// spelling: a number may have become a text or vice versa, a time may be less
/// precise, a boolean may be in another case.
bool SameValue(const FieldValue& sent, const ReceivedRecord::Value& received);

}  // namespace busyhour
