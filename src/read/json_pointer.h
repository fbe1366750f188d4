#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "read/received_record.h"

// JSON Pointers (RFC 6901) through the objects of a received record.

namespace busyhour::internal {

/// The names in a pointer. Nothing for a text that is not a pointer, or that
/// refers to the whole record.
std::optional<std::vector<std::string>> ReadPointer(std::string_view text);

std::string PointerText(const std::vector<std::string>& pointer);

/// The object or value that the names refer to.
std::optional<int> ObjectAt(const ReceivedRecord& record,
                            const std::vector<std::string>& pointer);
const ReceivedRecord::Value* ValueAt(const ReceivedRecord& record,
                                     const std::vector<std::string>& pointer);

}  // namespace busyhour::internal
