#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "read/received_record.h"

// JSON Pointers (RFC 6901) through the objects of a received record.

namespace busyhour {

/// The names on a pointer's way. Nothing for a text that is no pointer, or that
/// leads to the whole record.
std::optional<std::vector<std::string>> ReadPointer(std::string_view text);

std::string PointerText(const std::vector<std::string>& pointer);

/// The object, or the value, to which the names lead.
std::optional<int> ObjectAt(const ReceivedRecord& record,
                            const std::vector<std::string>& pointer);
const ReceivedRecord::Value* ValueAt(const ReceivedRecord& record,
                                     const std::vector<std::string>& pointer);

}  // namespace busyhour
