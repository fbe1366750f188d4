#pragma once

#include "logs/field_values.h"
#include "read/received_record.h"

namespace busyhour {

/// Whether a received value says what was sent, however it is spelled: a number
/// may have become a text and the other way round, a time may be written with
/// less precision, and a boolean in other letters.
bool SameValue(const FieldValue& sent, const ReceivedRecord::Value& received);

}  // namespace busyhour
